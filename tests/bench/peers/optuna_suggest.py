#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One of Optuna's samplers and pruners behind the protocol of `widthwisectl suggest --stdio`: a request of JSON a line."""
import json
import sys
import warnings

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")


def sampler_for(name, seed):
    if name == "tpe":
        return optuna.samplers.TPESampler(seed=seed)
    if name == "cmaes":
        return optuna.samplers.CmaEsSampler(seed=seed)
    return optuna.samplers.RandomSampler(seed=seed)


def pruner_for(name):
    if name == "median":
        return optuna.pruners.MedianPruner()
    if name == "asha":
        return optuna.pruners.SuccessiveHalvingPruner()
    return optuna.pruners.NopPruner()


def suggest(trial, space):
    params = {}
    for parameter in space:
        name, when = parameter["name"], parameter.get("when")
        if when and params.get(when["param"]) not in when["in"]:
            continue
        if parameter["type"] == "float":
            params[name] = trial.suggest_float(name, parameter["low"], parameter["high"], log=parameter.get("log", False))
        elif parameter["type"] == "int":
            params[name] = trial.suggest_int(name, parameter["low"], parameter["high"], log=parameter.get("log", False))
        else:
            params[name] = trial.suggest_categorical(name, parameter["choices"])
    return params


def main():
    space, study, trials = [], None, []
    for line in sys.stdin:
        request = json.loads(line)
        reply = {"ok": True}
        if request["cmd"] == "init":
            space = request["space"]
            sampler = sampler_for(request["algorithm"].get("sampler", "tpe"), request["seed"])
            study = optuna.create_study(sampler=sampler, pruner=pruner_for(request["algorithm"].get("scheduler")))
        elif request["cmd"] == "ask":
            trial = study.ask()
            reply["trial"] = {"id": len(trials), "params": suggest(trial, space)}
            trials.append(trial)
        elif request["cmd"] == "report":
            trial = trials[request["id"]]
            trial.report(request["value"], request["step"])
            reply["decision"] = "stop" if trial.should_prune() else "continue"
        elif request["cmd"] == "tell":
            if request["state"] == "complete":
                study.tell(trials[request["id"]], request["value"])
            elif request["state"] == "pruned":
                study.tell(trials[request["id"]], state=optuna.trial.TrialState.PRUNED)
            else:
                study.tell(trials[request["id"]], state=optuna.trial.TrialState.FAIL)
        print(json.dumps(reply), flush=True)
        if request["cmd"] == "quit":
            break


if __name__ == "__main__":
    main()
