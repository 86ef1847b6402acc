"""The data of the long runs, NAME.json each; `record.committed` reads them."""
