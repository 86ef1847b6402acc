"""`ngram2bert grade --cluster ADDRESS`: a class graded by the workers of a Dask cluster.

`run` is the teacher's side, `worker` what Dask calls on each worker, `process` the process there that grades, `client`
the connection. Nothing is imported here: Dask's scheduler loads `worker`, and needs no torch.
"""
