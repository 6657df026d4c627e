"""How `make run` and `make bench` serve: two processes of four threads, quiet but for the address."""

workers = 2
threads = 4
# The pages are loaded once and shared by the processes; a fault in them stops the start instead of looping.
preload_app = True
control_socket_disable = True
loglevel = "warning"
graceful_timeout = 5


def when_ready(server):
    # The search is machine code that takes a second to load, and some to make the first time: here, before the processes
    # part, and not at the first question in a meeting.
    from hemtag import portfolio

    portfolio.get_ready()
    for address in server.cfg.address:
        print(f"\nHemtag is served at http://{address[0]}:{address[1]}  (Ctrl-C stops it)\n", flush=True)
