"""Runs `oracle.py SCRIPT ARGUMENT...` or `oracle.py -c CODE ARGUMENT...` as python3 would, with PyTorch there at once.

`oracle.py --serve SOCKET` imports it and its like once, which takes longer than what most tests ask of them, and forks for
every caller that PALIMPSEST_ORACLE leads to SOCKET, until its own stdin is closed. A caller that finds no server starts
Python anew.
"""
import contextlib
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys

slow = ("torch._dynamo", "transformers.models.auto.modeling_auto", "transformers.modeling_utils", "peft")


def ask(path, arguments):
    """The exit status of a process of the server that has our streams, folder and variables."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        socket.send_fds(server, [b"0"], [0, 1, 2])
        server.sendall(json.dumps([os.getcwd(), dict(os.environ), arguments]).encode())
        server.shutdown(socket.SHUT_WR)
        return int(server.recv(8) or b"1")


def serve(path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(64)
        for name in slow:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            caller, _ = listening.accept()
            with caller:
                if os.fork() == 0:
                    return answer(caller)


def answer(caller):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(caller, 1, 3)
    folder, variables, arguments = json.load(caller.makefile())
    running = os.fork()
    if running != 0:
        caller.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(running, 0)[1]))
        os._exit(0)
    for at, stream in enumerate(streams):
        os.dup2(stream, at)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    sys.dont_write_bytecode = True
    sys.argv = arguments
    if arguments[0] == "-c":
        code = arguments.pop(1)
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
    else:
        with contextlib.suppress(OSError):
            if "PALIMPSEST_ORACLE" in os.environ:
                sys.exit(ask(os.environ["PALIMPSEST_ORACLE"], sys.argv[1:]))
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
