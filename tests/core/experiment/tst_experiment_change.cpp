// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_change.h"

#include "core/experiment/file_values.h"

#include <QTest>

#include <algorithm>

using namespace widthwise;

namespace {

const std::string text = R"(name: search
objective: {metric: loss, direction: minimize}
trial:
  command: 'train {max_lr} {width} {optimizer} {momentum}'
space:
  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}
  width: 64
  optimizer: {type: categorical, values: [adam, sgd]}
  momentum: {type: float, low: 0.5, high: 0.9, when: {optimizer: [sgd]}}
search: {algorithm: random}
schedule: {type: none}
resources: {parallel: 2, cpus: 1}
budget: {trials: 24}
)";

std::string with(const std::string& before, const std::string& after)
{
    std::string changed = text;
    const std::size_t place = changed.find(before);
    return changed.replace(place, before.size(), after);
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string all;
    for (const std::string& line : lines)
        all += (all.empty() ? "" : "; ") + line;
    return all;
}

} // namespace

class TestExperimentChange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatMayChangeIsToldInWords_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("told");
        const auto row = [](const char* name, const char* before, const char* after, const char* told) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(after)
                                << QString::fromUtf8(told);
        };
        row("nothing", "name: search", "name: search # a comment", "");
        row("widened", "high: 1e-1", "high: 1", "space.max_lr.high: 0.1 → 1.0");
        row("narrowed", "low: 1e-4", "low: 1e-3", "space.max_lr.low: 0.0001 → 0.001");
        row("scale", "high: 1e-1, scale: log", "high: 1e-1", "space.max_lr.scale: log → linear");
        row("step", "high: 0.9,", "high: 0.9, step: 0.1,", "space.momentum.step: none → 0.1");
        row("choice added", "[adam, sgd]", "[adam, sgd, adamw]", "space.optimizer.values: adamw added");
        row("choice out", "[adam, sgd]}\n  momentum", "[lion, sgd]}\n  momentum",
            "space.optimizer.values: lion added; space.optimizer.values: adam taken out");
        row("algorithm", "random", "tpe", "search.algorithm: random → tpe");
        row("scheduler", "{type: none}", "{type: median, grace_steps: 5}",
            "schedule.type: none → median; schedule.grace_steps: its default → 5");
        row("parallel", "parallel: 2", "parallel: 8", "resources.parallel: 2 → 8");
        row("time limit", "cpus: 1", "cpus: 1, time_limit: 2h", "resources.time_limit: none → 2h");
        row("budget", "trials: 24", "trials: 40, wall_time: 1h",
            "budget.trials: 24 → 40; budget.wall_time: none → 1h");
        row("goal", "direction: minimize", "direction: minimize, goal: 0.1", "objective.goal: none → 0.1");
        row("checkpoints", "budget", "checkpoints: best\nbudget", "checkpoints: needed → best");
        row("enqueued", "{algorithm: random}",
            "{algorithm: random, configurations: [{max_lr: 0.01, optimizer: adam}]}",
            "search.configurations: 1 more than the 0 before");
    }
    void whatMayChangeIsToldInWords()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(QString, told);
        const ChangeReading change = readChange(text, with(before.toStdString(), after.toStdString()));
        for (const FileProblem& problem : change.problems)
            QVERIFY2(false, problem.toText("file").c_str());
        QVERIFY(change.experiment.has_value());
        QCOMPARE(QString::fromStdString(joined(change.changes)), told);
    }

    void whatMayNotIsRefusedAtItsPlace_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("told");
        const auto row = [](const char* name, const char* before, const char* after, const char* told) {
            QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(after)
                                << QString::fromUtf8(told);
        };
        row("name", "name: search", "name: other", "1:1: name: search → other: its trials lie in a folder");
        row("metric", "metric: loss", "metric: accuracy", "2:13: objective.metric: loss → accuracy: trials");
        row("direction", "minimize", "maximize",
            "2:27: objective.direction: minimize → maximize: trials with");
        row("command", "'train {", "'train --fast {", "4:3: trial.command: it differs: trials with another");
        row("metrics", "space:", "  metrics: {collector: stdout}\nspace:", "5:3: trial.metrics: they differ");
        row("environment", "space:", "  environment: {A: 1}\nspace:", "5:3: trial.environment: it differs");
        row("fixed value", "width: 64", "width: 128",
            "7:3: space.width: 64 → 128: trials with another value");
        row("type", "width: 64", "width: {type: integer, low: 64, high: 128}",
            "7:3: space.width: fixed → integer: a parameter keeps its type");
        row("type of a range", "{type: float, low: 1e-4, high: 1e-1, scale: log}",
            "{type: categorical, values: [0.1, 0.01]}",
            "6:3: space.max_lr: float → categorical: a parameter");
        row("parameter added", "  width: 64", "  width: 64\n  seed: {type: integer, low: 0, high: 9}",
            "8:3: space.seed: added: the trials that there are have no value of it");
        row("condition", "when: {optimizer: [sgd]}", "when: {optimizer: [sgd, adam]}",
            "9:48: space.momentum.when: it differs");
        row("gpus", "cpus: 1", "cpus: 1, gpus: 1",
            "12:35: resources.gpus: 0 → 1: what the experiment has cost");
        row("site", "budget", "site: juwels\nbudget", "13:1: site: local → juwels: its trials lie there");
        row("population", "{type: none}", "{type: pbt, min_steps: 10, max_steps: 100}",
            "11:12: schedule.type: none → pbt: a population trains as it was started");
        row("seed", "budget", "seed: 2\nbudget", "13:1: seed: 1 → 2: what was chosen follows from it");
    }
    void whatMayNotIsRefusedAtItsPlace()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(QString, told);
        const ChangeReading change = readChange(text, with(before.toStdString(), after.toStdString()));
        QVERIFY(!change.experiment);
        QCOMPARE(change.problems.size(), std::size_t(1));
        const QString problem = QString::fromStdString(change.problems[0].toText({}));
        QVERIFY2(problem.startsWith(told), qPrintable(problem));
    }

    /// What stands there no more is told at what it was in.
    void aParameterThatWasTakenOutIsMissed()
    {
        std::string after =
            with("  momentum: {type: float, low: 0.5, high: 0.9, when: {optimizer: [sgd]}}\n", "");
        after.replace(after.find(" {momentum}"), 11, "");
        const ChangeReading change = readChange(text, after);
        std::string all;
        for (const FileProblem& problem : change.problems)
            all += problem.toText("a.yaml") + '\n';
        QVERIFY2(all.find("a.yaml:5:1: space: space.momentum: taken out: a parameter stays") !=
                     std::string::npos,
                 all.c_str());
        QVERIFY(!change.experiment);
    }

    void settingsOfTheTrainerAreNamed()
    {
        const std::string before = "name: a\nobjective: {metric: val/loss}\n"
                                   "trial:\n  trainer: {model: mlp, width: 16, epochs: 2, data: a.h5}\n"
                                   "space: {max_lr: {type: float, low: 0.1, high: 1}}\nbudget: {trials: 2}\n";
        const ChangeReading change =
            readChange(before, withValue(before, {"trial", "trainer", "epochs"}, "4"));
        QCOMPARE(change.problems.size(), std::size_t(1));
        QCOMPARE(change.problems[0].key, std::string("trial.trainer.epochs"));
        QCOMPARE(change.problems[0].line, 4);
        QVERIFY(change.problems[0].message.starts_with("2 → 4: "));
        const ChangeReading data =
            readChange(before, withValue(before, {"trial", "trainer", "data"}, "b.h5"));
        QCOMPARE(data.problems[0].key, std::string("trial.trainer.data"));
    }

    void whatWasListedStaysInFront()
    {
        const std::string listed = with("{algorithm: random}", "{algorithm: random, configurations: "
                                                               "[{max_lr: 0.01, optimizer: adam}]}");
        std::string other = listed;
        other.replace(other.find("0.01"), 4, "0.02");
        const ChangeReading change = readChange(listed, other);
        QCOMPARE(change.problems.size(), std::size_t(1));
        QVERIFY(change.problems[0].message.find("add others behind them") != std::string::npos);
    }

    /// Its own problems come first.
    void aTextWithProblemsIsNoChange()
    {
        const ChangeReading change = readChange(text, with("random", "rnadom"));
        QCOMPARE(change.problems.size(), std::size_t(1));
        QCOMPARE(change.problems[0].key, std::string("search.algorithm"));
        QVERIFY(!change.experiment);
        QVERIFY(!readChange(text, "name: [").experiment);
        QVERIFY(!readChange(text, with("random", "cmaes")).experiment); // it takes no choices
    }

    void changesAreKeptAsText()
    {
        const std::vector<RecordedChange> changes{{TimePoint(std::chrono::milliseconds(5)), {"a → µ", "b\n"}},
                                                  {TimePoint(std::chrono::milliseconds(7)), {}}};
        QVERIFY(changesFromJson(toJson(changes)) == changes);
        QCOMPARE(toJson(std::vector<RecordedChange>()), std::string());
        QVERIFY(changesFromJson("").empty());
        for (const char* broken : {"{", "[{}]", "3", "[{\"time\":1,\"texts\":[2]}]", "[1]"})
            QVERIFY(changesFromJson(broken).empty());
        QCOMPARE(changesFromJson("[{\"time\":\"now\",\"texts\":[]},{\"time\":1,\"texts\":[\"a\"]}]").size(),
                 std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestExperimentChange)
#include "tst_experiment_change.moc"
