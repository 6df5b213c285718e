#!/usr/bin/env python3
"""Checked traffic of a failover scenario.

  traffic.py server              echoes lines and datagrams; a line out of turn ends its connection
  traffic.py client SERVER       holds the flows, and does what `ask` tells it
  traffic.py ask WORD...         one command to the client; prints its answer, one line

  open GROUP TCP UDP   opens so many flows of each kind
  ftp GROUP            logs in and lets the server announce a data connection, which is not made yet
  fetch GROUP          makes the announced one, then another; prints how many bytes came
  probe                one flow of datagrams on a port of its own, every 5 ms, instead of the one before
  mark                 forgets the stalls so far
  report GROUP         waits until every flow has moved again, or 15 s; what became of them
  close GROUP          ends its flows
"""
import asyncio
import ftplib
import hashlib
import socket
import struct
import sys
import time

PORT, PROBE_PORT = 5001, 5002
SOCKET = "/run/traffic.sock"
LINE_SECONDS, DATAGRAM_SECONDS, PROBE_SECONDS = 0.05, 0.01, 0.005
PATIENCE = 15.0
# The ruleset lets a new flow of datagrams begin with these only: what goes on without them is known, or dropped.
BEGINS = 0xB8


class Stall:
    """The longest time without an answer, the one that lasts included."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.last = time.monotonic()
        self.longest = 0.0

    def answered(self):
        now = time.monotonic()
        self.longest = max(self.longest, now - self.last)
        self.last = now

    def worst(self):
        return max(self.longest, time.monotonic() - self.last)


class Stream:
    """A TCP flow: numbered lines, each of which has to come back in its turn."""

    def __init__(self):
        self.sent = self.received = 0
        self.failure = None
        self.stall = Stall()

    async def open(self, host):
        self.reader, self.writer = await asyncio.wait_for(asyncio.open_connection(host, PORT), PATIENCE)
        self.writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.once()
        self.tasks = [asyncio.ensure_future(self.send()), asyncio.ensure_future(self.receive())]

    async def once(self):
        self.writer.write(b"%08d\n" % self.sent)
        self.sent += 1
        await self.answer()

    async def answer(self):
        line = await self.reader.readline()
        if line != b"%08d\n" % self.received:
            raise OSError("got %r for line %d" % (line, self.received))
        self.received += 1
        self.stall.answered()

    async def send(self):
        try:
            while True:
                await asyncio.sleep(LINE_SECONDS)
                # A stalled flow does not pile up lines without end.
                if self.sent - self.received < 1000:
                    self.writer.write(b"%08d\n" % self.sent)
                    self.sent += 1
        except OSError as failure:
            self.failure = failure

    async def receive(self):
        try:
            while True:
                await self.answer()
        except OSError as failure:
            self.failure = failure

    def close(self):
        for task in self.tasks:
            task.cancel()
        self.writer.close()


class Datagrams(asyncio.DatagramProtocol):
    """A UDP flow: numbered requests, each answered with the same bytes."""

    def __init__(self, pause):
        self.pause = pause
        self.sent = self.received = 0
        self.failure = None
        self.stall = Stall()
        self.first = asyncio.get_event_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, _):
        (number,) = struct.unpack("!I", data)
        if number >= self.sent:
            self.failure = OSError("a datagram that was never sent")
        self.received += 1
        self.stall.answered()
        if not self.first.done():
            self.first.set_result(True)

    def error_received(self, failure):
        pass  # a router that has no way right now says so; answers are what counts

    def service(self, value):
        self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_IP, socket.IP_TOS, value)

    def request(self):
        number, self.sent = self.sent, self.sent + 1
        self.transport.sendto(struct.pack("!I", number))

    async def open(self, host, port):
        await asyncio.get_event_loop().create_datagram_endpoint(lambda: self, remote_addr=(host, port))
        self.service(BEGINS)
        for _ in range(20):
            self.request()
            try:
                await asyncio.wait_for(asyncio.shield(self.first), 0.5)
                break
            except asyncio.TimeoutError:
                pass
        await asyncio.wait_for(self.first, 1)
        self.service(0)
        self.tasks = [asyncio.ensure_future(self.run())]

    async def run(self):
        while True:
            self.request()
            await asyncio.sleep(self.pause)

    def close(self):
        for task in self.tasks:
            task.cancel()
        self.transport.close()


class Session:
    """An FTP session that stops between the announcement of a data connection and its making."""

    def __init__(self, host):
        self.ftp = ftplib.FTP(timeout=PATIENCE)
        self.ftp.connect(host, 21)
        self.ftp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ftp.login()
        self.ftp.voidcmd("TYPE I")
        self.hash = self.fetch(self.ftp.makepasv())
        self.announced = self.ftp.makepasv()

    def fetch(self, where):
        data = socket.create_connection(where, PATIENCE)
        self.ftp.sendcmd("RETR file.bin")
        content = b""
        while True:
            part = data.recv(65536)
            if not part:
                break
            content += part
        data.close()
        self.ftp.voidresp()
        self.bytes = len(content)
        return hashlib.sha256(content).hexdigest()

    def goes_on(self):
        for _ in range(2):
            if self.fetch(self.announced) != self.hash:
                raise OSError("other bytes came")
            # The server forgets an announcement as it makes the next one.
            self.announced = self.ftp.makepasv()
        return self.bytes

    def close(self):
        self.ftp.close()


class Client:
    def __init__(self, host):
        self.host = host
        self.streams, self.datagrams, self.sessions, self.probes = {}, {}, {}, []

    async def open(self, group, tcp, udp):
        for _ in range(int(tcp)):
            stream = Stream()
            await stream.open(self.host)
            self.streams.setdefault(group, []).append(stream)
        for _ in range(int(udp)):
            flow = Datagrams(DATAGRAM_SECONDS)
            await flow.open(self.host, PORT)
            self.datagrams.setdefault(group, []).append(flow)
        return "opened"

    async def probe(self):
        flow = Datagrams(PROBE_SECONDS)
        await flow.open(self.host, PROBE_PORT)
        for former in self.probes:
            former.close()
        self.probes = [flow]
        return "probing"

    async def ftp(self, group):
        loop = asyncio.get_event_loop()
        self.sessions[group] = await loop.run_in_executor(None, Session, self.host)
        return "announced %s %d" % self.sessions[group].announced

    async def fetch(self, group):
        return "fetched %d" % await asyncio.get_event_loop().run_in_executor(None, self.sessions[group].goes_on)

    def flows(self, group):
        return self.streams.get(group, []) + self.datagrams.get(group, [])

    async def mark(self):
        for group in set(self.streams) | set(self.datagrams):
            for flow in self.flows(group):
                flow.stall.reset()
        for flow in self.probes:
            flow.stall.reset()
        return "marked"

    async def report(self, group):
        flows = [(flow, flow.received, flow.sent) for flow in self.flows(group) + self.probes]
        end = time.monotonic() + PATIENCE

        def moves(flow, received, sent):
            # A stream has to answer what was sent after this question, so all before it, too.
            goal = sent if isinstance(flow, Stream) else received
            return flow.failure is None and flow.received > goal

        while not all(moves(*flow) for flow in flows) and time.monotonic() < end:
            await asyncio.sleep(0.02)
        said = []
        for name, of in (("tcp", self.streams.get(group, [])), ("udp", self.datagrams.get(group, []) + self.probes)):
            alive = [flow for flow, received, sent in flows if flow in of and moves(flow, received, sent)]
            said.append("%s=%d" % (name, len(of)))
            said.append("%sAlive=%d" % (name, len(alive)))
            said.append("%sAnswers=%d" % (name, sum(flow.received for flow in of)))
            said.append("%sStall=%d" % (name, 1000 * max([flow.stall.worst() for flow in of], default=0)))
        for flow, _, _ in flows:
            if flow.failure:
                print(group, repr(flow.failure), file=sys.stderr, flush=True)
        return " ".join(said)

    async def close(self, group):
        for flow in self.flows(group):
            flow.close()
        for held in (self.streams, self.datagrams):
            held.pop(group, None)
        if group in self.sessions:
            self.sessions.pop(group).close()
        return "closed"

    async def asked(self, reader, writer):
        words = (await reader.readline()).decode().split()
        try:
            said = "OK " + await getattr(self, words[0])(*words[1:])
        except Exception as failure:  # told to whoever asked
            said = "FAILED %s: %r" % (" ".join(words), failure)
        writer.write(said.encode() + b"\n")
        await writer.drain()
        writer.close()


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data, address)


async def echo(reader, writer):
    expected = 0
    try:
        while True:
            line = await reader.readline()
            if line != b"%08d\n" % expected:
                break
            expected += 1
            writer.write(line)
    except OSError:
        pass  # the client counts it
    writer.close()


async def serve():
    for port in (PORT, PROBE_PORT):
        await asyncio.get_event_loop().create_datagram_endpoint(Echo, local_addr=("0.0.0.0", port))
    await asyncio.start_server(echo, "0.0.0.0", PORT, backlog=256)
    await asyncio.Event().wait()


async def obey(host):
    client = Client(host)
    await asyncio.start_unix_server(client.asked, SOCKET)
    await asyncio.Event().wait()


def ask(words):
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(SOCKET)
        control.sendall(" ".join(words).encode() + b"\n")
        print(control.makefile().readline().strip())


if sys.argv[1] == "server":
    asyncio.run(serve())
elif sys.argv[1] == "client":
    asyncio.run(obey(sys.argv[2]))
else:
    ask(sys.argv[2:])
