# SPDX-License-Identifier: GPL-3.0-or-later
"""Optuna's TPE as the search algorithm of an experiment, by the package python3-optuna of Debian:

    search: {algorithm: external, command: /usr/bin/python3 optuna_sampler.py}

Widthwise writes a request of JSON a line to stdin and reads a reply of one line from stdout. Each proposal is made from
all trials as they stand, by a sampler of its own seed, so that one that starts anew goes on as this one would have.
"""
import json
import sys
import warnings

import optuna
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)


def distribution(parameter):
    if parameter["type"] == "categorical":
        return optuna.distributions.CategoricalDistribution(parameter["choices"])
    low, high, log = parameter["low"], parameter["high"], parameter["log"]
    if parameter["type"] == "int":
        return optuna.distributions.IntDistribution(low, high, log, parameter.get("step", 1))
    return optuna.distributions.FloatDistribution(low, high, log, parameter.get("step"))


def suggest(trial, parameter):
    name = parameter["name"]
    if parameter["type"] == "categorical":
        return trial.suggest_categorical(name, parameter["choices"])
    low, high, log = parameter["low"], parameter["high"], parameter["log"]
    if parameter["type"] == "int":
        return trial.suggest_int(name, low, high, parameter.get("step", 1), log)
    return trial.suggest_float(name, low, high, step=parameter.get("step"), log=log)


class Sampler:
    def __init__(self, init):
        self.space = init["space"]
        self.distributions = {parameter["name"]: distribution(parameter) for parameter in self.space}
        self.direction = init["direction"]
        self.seed = init["seed"]
        self.trials = {}  # of this experiment, by id
        self.others = []  # known from elsewhere

    def learn(self, trials):
        for trial in trials:
            if "id" in trial:
                self.trials[trial["id"]] = trial
            else:
                self.others.append(trial)

    def frozen(self, trial, worst):
        """Optuna forgets trials that failed: as bad as the worst, they keep it away from there."""
        value = worst if trial["state"] == "failed" else trial.get("value")
        state = TrialState.RUNNING if trial["state"] == "running" else TrialState.COMPLETE
        distributions = {name: self.distributions[name] for name in trial["params"]}
        return optuna.create_trial(
            state=state, value=value, params=trial["params"], distributions=distributions
        )

    def ask(self):
        known = self.others + list(self.trials.values())
        values = [trial["value"] for trial in known if trial["state"] == "complete"]
        worst = max(values, default=None) if self.direction == "minimize" else min(values, default=None)
        study = self.study()
        for trial in known:
            if trial["state"] in ("complete", "running") or (trial["state"] == "failed" and values):
                study.add_trial(self.frozen(trial, worst))
        trial = study.ask()
        params = {}
        for parameter in self.space:
            when = parameter.get("when")
            if when is None or (when["param"] in params and params[when["param"]] in when["in"]):
                params[parameter["name"]] = suggest(trial, parameter)
        number = len(self.trials)
        self.trials[number] = {"state": "running", "params": params}
        return {"id": number, "params": params}

    def study(self):
        seed = (1_000_003 * self.seed + len(self.trials)) % 2**32
        sampler = optuna.samplers.TPESampler(
            seed=seed, multivariate=True, group=True, constant_liar=True, warn_independent_sampling=False
        )
        return optuna.create_study(direction=self.direction, sampler=sampler)


def main():
    sampler = None
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"ok": True}
        if request["cmd"] == "init":
            sampler = Sampler(request)
            reply.update(version=1, name="Optuna " + optuna.__version__, resumable=True)
        elif request["cmd"] == "history":
            sampler.learn(request["trials"])
            reply["accepted"] = len(request["trials"])
        elif request["cmd"] == "ask":
            reply["trial"] = sampler.ask()
        elif request["cmd"] not in ("ping", "quit"):
            reply = {"ok": False, "error": "unknown request " + request["cmd"]}
        print(json.dumps(reply), flush=True)
        if request["cmd"] == "quit":
            break


if __name__ == "__main__":
    main()
