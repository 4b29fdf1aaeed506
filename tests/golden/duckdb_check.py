"""What DuckDB finds in Parquet files, as JSON: types by column, rows, and a sum by group that it works out itself. duckdb_check.py FILE…"""

import json
import sys

import duckdb

found = []
for path in sys.argv[1:]:
    runs = duckdb.read_parquet(path)
    counts = duckdb.sql("select dir, count(*) from runs group by dir order by dir").fetchall()
    types = dict(zip(runs.columns, map(str, runs.types)))
    found.append({"types": types, "rows": runs.fetchall(), "counts": counts})
json.dump(found, sys.stdout)
