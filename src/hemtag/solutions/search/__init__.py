"""The catalogue's search: a Swedish analyser and an index in ordinary tables, the same on every database.

`words`, `lexicon`, `packing`, `ranking` and `snippets` are pure; `indexing` writes the tables and `finding` reads them.
`meaning` is beside the words, and off unless a model is named.
"""
