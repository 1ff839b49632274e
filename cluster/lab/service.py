"""A coordinator that takes jobs over HTTP."""
import http.client
import json
import os
import re
import signal
import time

from lab.programs import Failure, Program


class Service:
    """'apldm-coord serve' on a folder of its own, on a port that the system has chosen."""

    def __init__(self, program, folder, *arguments):
        self._program = Program(
            "coordinator", [program, "serve", "--http", "127.0.0.1:0", "--data", folder, *arguments])
        try:
            self._program.wait_for("taking jobs", 120)
        except Failure:
            self._program.end()
            raise Failure("; ".join(self._program.log[-2:]) or "it says nothing") from None
        line = next(line for line in self._program.log if "taking jobs" in line)
        self.port = int(re.search(r"url=http://127\.0\.0\.1:(\d+)", line)[1])

    @property
    def memory(self):
        """Bytes that it has in memory, and processor seconds that it took."""
        folder = f"/proc/{self._program.identifier}"
        with open(folder + "/status") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) << 10
        with open(folder + "/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return resident, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, method, path, connection=None, body=None):
        """The answer's status and JSON."""
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if body is None:
            own.request(method, path)
        else:
            own.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        answer = own.getresponse()
        text = json.loads(answer.read())
        if connection is None:
            own.close()
        return answer.status, text

    def jobs(self):
        """The states of all jobs by their numbers, and the milliseconds that each page took."""
        states, times, before = {}, [], None
        while True:
            start = time.monotonic()
            _, page = self.ask("GET", "/v1/jobs?limit=1000" + (f"&before={before}" if before else ""))
            times.append(1000 * (time.monotonic() - start))
            if not page["jobs"]:
                return states, times
            for job in page["jobs"]:
                if int(job["id"]) in states:
                    raise Failure(f"job {job['id']} is listed twice")
                states[int(job["id"])] = job["state"]
                before = job["id"]

    def kill(self):
        self._program.end()

    def end(self):
        self._program.send(signal.SIGTERM)
        code = self._program.wait(60)
        if code != 0:
            raise Failure(f"the coordinator ends with {code} after SIGTERM: {self._program.log[-1:]}")

    @property
    def complaints(self):
        return [line for line in self._program.log if re.search(r" (error|warning|critical) ", line)]
