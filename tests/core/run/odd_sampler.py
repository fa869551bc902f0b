# SPDX-License-Identifier: GPL-3.0-or-later
# odd_sampler.py HOW: proposes x = 0.25, 0.5, 0.75 and again, by the plain ask/tell protocol; HOW says what goes wrong
# with the second proposal. What it is sent goes to requests.jsonl in its folder.
import json, os, signal, sys, time

how, asked = sys.argv[1], 0
print("started", os.getcwd(), how, file=sys.stderr, flush=True)
for line in sys.stdin:
    open("requests.jsonl", "a").write(line)
    request, reply = json.loads(line), {"ok": True}
    if request["cmd"] == "ask":
        asked += 1
        reply["trial"] = {"id": asked + 70, "params": {"x": 0.25 * ((asked - 1) % 3 + 1)}}
        if asked == 2:
            if how == "dies": print("no more ideas", file=sys.stderr); sys.exit(3)
            if how == "crashes": os.kill(os.getpid(), signal.SIGKILL)
            if how == "chats": print("let me think")
            if how == "refuses": reply = {"ok": False, "error": "out of ideas"}
            if how == "leaves": reply["trial"]["params"]["x"] = 7
            if how == "sleeps": time.sleep(600)
            if how == "waits":
                while not os.path.exists("go"): time.sleep(0.01)
            if how == "floods": print("a" * 20_000_000)
            if how == "closes": os.close(1); time.sleep(600)
    print(json.dumps(reply), flush=True)
    if how == "twice" and asked == 1: print(json.dumps(reply), flush=True)
if how == "lingers": time.sleep(600)
