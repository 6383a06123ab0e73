"""The web page: the week at a glance, ratings and sources' health, for a browser on this machine.

`board` is what the service tells; `page` and its parts turn that into a view, and `plot` into a drawing: all of them
pure. `rendering`, `metrics` and `server` are the edge, need the packages of the extra `web`, and are imported only
where a page is wanted (`opening`). It only ever shows: nothing here writes, and nothing asks another machine.
"""
