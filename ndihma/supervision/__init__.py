"""Running the system's processes under supervisord: start, wait until healthy, watch, stop.

``ndihma serve`` (serve.py) composes the three real programs; everything else here works with any program.

* ``program``    what to run and how to tell that it is healthy
* ``config``     supervisord's configuration file
* ``daemon``     supervisord itself, tied to the life of the process that started it
* ``control``    asking supervisord for the state of its programs
* ``leftovers``  what an earlier run may have left behind
* ``preflight``  ports, folders, disk space and the one-instance lock, checked before anything starts
* ``conductor``  the life of one run
"""
