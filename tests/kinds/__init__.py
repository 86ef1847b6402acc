"""Six small exercises, one a kind: the declaration is proven on them before chapters are written."""
