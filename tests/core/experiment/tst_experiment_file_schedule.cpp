// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/experiment/first_rung.h"
#include "core/experiment/rungs.h"

#include <QTest>
#include <algorithm>
#include <set>
#include <string>

using namespace widthwise;

namespace {

std::string fileOf(const std::string& trial, const std::string& space, const std::string& rest)
{
    return "name: a\nobjective: {metric: val/loss}\ntrial:\n  " + trial + "\nspace: {" + space + "}\n" +
           rest + "\nbudget: {trials: 9}\n";
}

std::string problemsOf(const std::string& yaml)
{
    std::string text;
    for (const FileProblem& problem : readExperiment(yaml).problems)
        text += problem.toText("x.yaml") + "\n";
    return text;
}

} // namespace

class TestExperimentFileSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rungsThatFitAreTaken()
    {
        const Experiment steps = parseExperiment(fileOf("trainer: {model: gn2, data: d.h5, steps: 2700}",
                                                        "max_lr: {type: float, low: 0.1, high: 1}",
                                                        "schedule: {type: asha, min_steps: 300}"));
        QCOMPARE(schedulingTask(steps).plan.steps, (std::vector<std::int64_t>{300, 900}));
        QCOMPARE(schedulingTask(steps).plan.rungs, 3);
        const Experiment widths = parseExperiment(fileOf(
            "trainer: {model: gn2, data: d.h5, base_width: 32}", "max_lr: {type: float, low: 0.1, high: 1}",
            "schedule: {type: hyperband, eta: 2}\nfidelity: {kind: width, values: [32, 64, 128]}"));
        QVERIFY(!schedulingTask(widths).plan.isOfOneRun());
        QCOMPARE(schedulingTask(widths).plan.rungs, 3);
        QCOMPARE(parseExperiment(toYaml(widths)), widths);
    }

    void whatDoesNotFitIsTold_data()
    {
        QTest::addColumn<QByteArray>("trial");
        QTest::addColumn<QByteArray>("rest");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* name, const char* trial, const char* rest, const char* expected) {
            QTest::newRow(name) << QByteArray(trial) << QByteArray(rest) << QByteArray(expected);
        };
        const char* gn2 = "trainer: {model: gn2, data: d.h5, steps: 1000}";
        const char* epochs = "trainer: {model: gn2, data: d.h5, epochs: 3}";
        row("no first rung", gn2, "schedule: {type: asha}",
            "x.yaml:6:1: schedule: asha compares trials at rungs: give min_steps");
        row("no length", epochs, "schedule: {type: halving, min_steps: 100}",
            "schedule: how long a whole run is");
        row("longer than a run", gn2, "schedule: {type: asha, min_steps: 300, max_steps: 2000}",
            "schedule.max_steps: a run has only 1000 steps");
        row("first rung behind the end", gn2, "schedule: {type: asha, min_steps: 1000}",
            "x.yaml:6:35: schedule.min_steps: expected less than the 1000 steps");
        row("in the warm-up", gn2, "schedule: {type: asha-stopping, min_steps: 99}",
            "schedule.min_steps: the learning rate still rises then, and the order of trials says nothing: "
            "take at least 100");
        row("eta", gn2, "schedule: {type: asha, min_steps: 300, eta: 1}", "schedule.eta: expected");
        row("run_on", gn2, "schedule: {type: asha, min_steps: 300, run_on: 2}", "schedule.run_on: expected");
        row("unknown key", gn2, "schedule: {type: asha, min_step: 300}", "did you mean \"min_steps\"?");
        row("fidelity without rungs", gn2, "fidelity: {kind: width, values: [32, 64]}",
            "x.yaml:6:1: fidelity: a fidelity needs a scheduler with rungs to climb: set schedule.type to "
            "one of "
            "asha, halving, hyperband");
        row("a scheduler that never climbs", gn2,
            "schedule: {type: asha-stopping}\nfidelity: {kind: width, values: [32, 64]}",
            "x.yaml:7:1: fidelity: asha-stopping stops trials on the way and has none go on at another size, "
            "as a "
            "fidelity needs it: set schedule.type to one of asha, halving, hyperband");
        row("no setting", gn2, "schedule: {type: asha}\nfidelity: {kind: widht, values: [32, 64]}",
            "fidelity.kind: widht is no setting of the trainer");
        row("searched", gn2, "schedule: {type: asha}\nfidelity: {kind: max_lr, values: [32, 64]}",
            "fidelity.kind: max_lr is searched");
        row("no parameter", "command: run",
            "schedule: {type: asha}\nfidelity: {kind: width, values: [32, 64]}",
            "fidelity.kind: width names no parameter of the space");
        row("one size", gn2, "schedule: {type: asha}\nfidelity: {kind: width, values: [32]}",
            "fidelity.values: expected at least two values");
        row("falling sizes", gn2, "schedule: {type: asha}\nfidelity: {kind: width, values: [64, 32]}",
            "expected more than 64, the value before");
        row("a size that the trainer refuses", gn2,
            "schedule: {type: asha}\nfidelity: {kind: width, values: [32, 60]}", "fidelity.values: ");
        row("no kind", gn2, "schedule: {type: asha}\nfidelity: {values: [32, 64]}",
            "fidelity: the key kind is missing");
    }
    void whatDoesNotFitIsTold()
    {
        QFETCH(QByteArray, trial);
        QFETCH(QByteArray, rest);
        QFETCH(QByteArray, expected);
        const std::string problems = problemsOf(
            fileOf(trial.toStdString(), "max_lr: {type: float, low: 0.1, high: 1}", rest.toStdString()));
        QVERIFY2(problems.find(expected.toStdString()) != std::string::npos, problems.c_str());
    }

    /// With its place, and no other problem that comes of it.
    void aMistakeIsToldOnce_data()
    {
        QTest::addColumn<QByteArray>("trial");
        QTest::addColumn<QByteArray>("space");
        QTest::addColumn<QByteArray>("rest");
        QTest::addColumn<QByteArray>("expected");
        const QByteArray gn2 = "trainer: {model: gn2, data: d.h5, steps: 1000}",
                         run = "command: run {max_lr}";
        const QByteArray rates = "max_lr: {type: float, low: 0.1, high: 1}";
        const auto row = [&](const QByteArray& trial, const QByteArray& rest, const char* expected,
                             const QByteArray& more = {}) {
            QTest::newRow(QByteArray(more + ' ' + rest).constData())
                << trial << rates + more << rest << QByteArray(expected);
        };
        for (const char* value : {"0", "-1", "1.5", ".nan", "''", "1e300", "99999999999999999999"}) {
            row(run, "schedule: {type: asha, max_steps: 100, min_steps: " + QByteArray(value) + '}',
                "schedule.min_steps: expected an integer");
            row(run, "schedule: {type: pbt, min_steps: 10, max_steps: " + QByteArray(value) + '}',
                "schedule.max_steps: expected an integer");
        }
        row(run, "schedule: {type: asha, min_steps: 100, max_steps: 100}",
            "schedule.min_steps: expected less than the 100 steps");
        for (const char* value : {"1", "0", "-3", "1.05"})
            row(run, "schedule: {type: asha, min_steps: 10, max_steps: 100, eta: " + QByteArray(value) + '}',
                "schedule.eta: expected at least 1.1");
        row(run, "schedule: {type: asha, min_steps: 10, max_steps: 100, eta: .nan}",
            "schedule.eta: expected a finite number");
        row(run, "schedule: [{type: median}, {type: asha}]", "schedule: expected a mapping");
        row(run, "schedule: {type: [median, asha]}", "schedule.type: expected none, median, asha");
        row(run, "schedule: {type: median}\nschedule: {type: asha}", "schedule: this key appears twice");
        const QByteArray sizes = "schedule: {type: asha}\nfidelity: ";
        row(gn2, sizes + "{kind: width, values: [0, 32]}",
            "fidelity.values: expected an integer of at least 1");
        row(gn2, sizes + "{kind: width, values: [8.5, 32]}", "fidelity.values: expected an integer");
        row(gn2, sizes + "{kind: width, values: [32, 32]}", "fidelity.values: expected more than 32");
        row(gn2, sizes + "{kind: width, values: []}", "fidelity.values: expected at least two values");
        row(gn2, sizes + "{kind: data, values: [10, 20]}", "fidelity.values: data cannot be 10: expected");
        row(gn2, sizes + "{kind: model, values: [10, 20]}", "fidelity.values: model cannot be 10: expected");
        row(run, sizes + "{kind: size, values: [8, 16]}",
            "fidelity.kind: size is fixed to the text small: fix it to a number", ", size: small");
        row(run, sizes + "{kind: size, values: [8, 16]}", "fidelity.kind: size is searched",
            ", size: {type: integer, low: 1, high: 9}");
        const QByteArray pbt = "schedule: {type: pbt, min_steps: 10, max_steps: 100, ";
        row(run, pbt + "population: 4}",
            "schedule: pbt replaces the worst by copies of the best, and of 4 trials a share of 0.2 is none: "
            "take at least 5 trials, or a truncation of at least 0.25");
        row(run, pbt + "truncation: 0.05}",
            "schedule.truncation: pbt replaces the worst by copies of the best, and of 9 trials a share of "
            "0.05 "
            "is none: take at least 20 trials, or a truncation of at least 0.12");
        row(run, pbt + "}\nsearch: {algorithm: list, configurations: [{max_lr: 0.5}]}",
            "schedule: pbt replaces the worst by copies of the best, and of 1 trial a share of 0.2 is none: "
            "take at least 5 trials");
        row(run, "schedule: {type: pbt, min_steps: 1, max_steps: 1000000000000}",
            "schedule.min_steps: a population would be compared 1000000000000 times: take at least "
            "100000001");
        row(run, pbt + "truncation: 0}", "schedule.truncation: pbt replaces");
        row(run, pbt + "truncation: 0.6}", "schedule.truncation: expected at most 0.5");
        row(run, "search: {warm_start: [a, b, a]}", "search.warm_start: a stands there twice");
        row(run, "search: {warm_start: {a: b}}",
            "search.warm_start: expected all, the name of an experiment");
    }
    void aMistakeIsToldOnce()
    {
        QFETCH(QByteArray, trial);
        QFETCH(QByteArray, space);
        QFETCH(QByteArray, rest);
        QFETCH(QByteArray, expected);
        const std::string problems =
            problemsOf(fileOf(trial.toStdString(), space.toStdString(), rest.toStdString()));
        QVERIFY2(problems.find(": " + expected.toStdString()) != std::string::npos, problems.c_str());
        QCOMPARE(std::ranges::count(problems, '\n'), 1);
    }

    /// What is suggested is no problem then.
    void aFirstRungIsSuggested_data()
    {
        QTest::addColumn<QByteArray>("trial");
        QTest::addColumn<QByteArray>("schedule");
        QTest::addColumn<int>("expected");
        const auto row = [](const char* trial, const char* schedule, int expected) {
            QTest::addRow("%s, %s", trial, schedule) << QByteArray(trial) << QByteArray(schedule) << expected;
        };
        const char* flat = "trainer: {model: gn2, data: d.h5, steps: 2700, schedule: constant}";
        row(flat, "{type: asha", 100);
        row(flat, "{type: hyperband", 100);
        row(flat, "{type: halving, eta: 2", 338);
        row(flat, "{type: pbt", 270);
        row(flat, "{type: asha, max_steps: 270", 10);
        row("trainer: {model: gn2, data: d.h5, steps: 2700, warmup_steps: 400}", "{type: asha", 400);
        row("trainer: {model: gn2, data: d.h5, steps: 10, schedule: constant}", "{type: asha", 1);
        row("trainer: {model: gn2, data: d.h5, epochs: 3}", "{type: asha", 0);
        row("command: run {max_lr}", "{type: asha", 0);
        row("command: run {max_lr}", "{type: asha, max_steps: 540", 20);
        row(flat, "{type: median", 0);
        row(flat, "{type: none", 0);
    }
    void aFirstRungIsSuggested()
    {
        QFETCH(QByteArray, trial);
        QFETCH(QByteArray, schedule);
        QFETCH(int, expected);
        const auto file = [&](const std::string& more) {
            return fileOf(trial.toStdString(), "max_lr: {type: float, low: 0.1, high: 1}",
                          "schedule: " + schedule.toStdString() + more + '}');
        };
        const Experiment experiment = *readExperiment(file("")).experiment;
        QCOMPARE(suggestedFirstRung(experiment).value_or(0), std::int64_t(expected));
        if (expected > 0)
            QCOMPARE(problemsOf(file(", min_steps: " + std::to_string(expected))), std::string());
    }

    void aFidelityOfNothingIsTold()
    {
        const std::string problems =
            problemsOf("name: a\nobjective: {metric: loss}\nspace: {x: 3}\n"
                       "schedule: {type: asha}\nfidelity: {kind: width, values: [32, 64]}\n"
                       "budget: {trials: 3}\n");
        QVERIFY2(problems.find("the key trial is missing") != std::string::npos, problems.c_str());
    }

    /// What all trials have in common is known, wherever it stands.
    void whatTrialsHaveInCommonIsKnown_data()
    {
        QTest::addColumn<QByteArray>("space");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* space, const char* expected) {
            QTest::newRow(space) << QByteArray(space) << QByteArray(expected);
        };
        row("warmup_steps: 500", "take at least 500");
        row("warmup_steps: {type: categorical, values: [500]}", "take at least 500");
        row("warmup_steps: {type: categorical, values: [50, 500]}", "");
        row("warmup_fraction: 0.4", "take at least 400");
        row("steps: 500, warmup_fraction: 0.4", "");
        row("steps: 300", "expected less than the 300 steps");
        row("steps: {type: categorical, values: [300]}", "expected less than the 300 steps");
        row("schedule: constant, warmup_steps: 0", "");
    }
    void whatTrialsHaveInCommonIsKnown()
    {
        QFETCH(QByteArray, space);
        QFETCH(QByteArray, expected);
        const std::string problems =
            problemsOf(fileOf("trainer: {model: gn2, data: d.h5, steps: 1000}",
                              "max_lr: {type: float, low: 0.1, high: 1}, " + space.toStdString(),
                              "schedule: {type: asha, min_steps: 300}"));
        QVERIFY2(problems.find(expected.toStdString()) != std::string::npos, problems.c_str());
        QCOMPARE(problems.empty(), expected.isEmpty());
    }

    void whatDoesNotFitACheckpointIsNotSearchedByPopulations_data()
    {
        QTest::addColumn<QByteArray>("trial");
        QTest::addColumn<QByteArray>("space");
        QTest::addColumn<QByteArray>("rest");
        QTest::addColumn<QByteArray>("expected");
        const QByteArray gn2 = "trainer: {model: gn2, data: d.h5, steps: 1000}",
                         pbt = "{type: pbt, min_steps: 200";
        const QByteArray rates = "max_lr: {type: float, low: 0.1, high: 1}";
        const auto row = [](const char* name, const QByteArray& trial, const QByteArray& space,
                            const QByteArray& rest, const char* expected) {
            QTest::newRow(name) << trial << space << "schedule: " + rest << QByteArray(expected);
        };
        row("rates", gn2, rates + ", weight_decay: {type: float, low: 0, high: 1}", pbt + "}", "");
        row("width", gn2, rates + ", width: {type: categorical, values: [32, 64]}", pbt + "}",
            "space.width: pbt copies a trial's checkpoint to one with other hyperparameters, and one with "
            "another "
            "width does not fit it: fix width, or take asha");
        row("layers", gn2, "layers: {type: integer, low: 2, high: 4}", pbt + "}", "space.layers: pbt copies");
        row("batch size", gn2, "batch_size: {type: integer, low: 2, high: 4}", pbt + "}",
            "space.batch_size: pbt copies");
        row("a fixed width", gn2, rates + ", width: 32", pbt + "}", "");
        row("anything of a command", "command: run {width}", "width: {type: integer, low: 2, high: 4}",
            pbt + ", max_steps: 900}", "");
        row("but its length", "command: run {epochs}", "epochs: {type: integer, low: 2, high: 4}",
            pbt + ", max_steps: 900}", "space.epochs: pbt copies");
        row("no interval", gn2, rates, "{type: pbt}", "give min_steps");
        row("no length", "command: run {max_lr}", rates, pbt + "}", "how long a whole run is");
        row("a fidelity", gn2, rates, pbt + "}\nfidelity: {kind: width, values: [32, 64]}",
            "fidelity: pbt copies checkpoints, which do not fit another size");
    }
    void whatDoesNotFitACheckpointIsNotSearchedByPopulations()
    {
        QFETCH(QByteArray, trial);
        QFETCH(QByteArray, space);
        QFETCH(QByteArray, rest);
        QFETCH(QByteArray, expected);
        const std::string problems =
            problemsOf(fileOf(trial.toStdString(), space.toStdString(), rest.toStdString()));
        QVERIFY2(problems.find(expected.toStdString()) != std::string::npos, problems.c_str());
        QCOMPARE(problems.empty(), expected.isEmpty());
    }

    void lengthsThatDifferAreNotCompared()
    {
        const std::string space = "steps: {type: integer, low: 500, high: 1000}";
        const std::string trial = "trainer: {model: gn2, data: d.h5}";
        const std::string rest = "min_steps: 200, max_steps: 500}";
        QVERIFY(problemsOf(fileOf(trial, space, "schedule: {type: halving, " + rest)).find("fix steps") !=
                std::string::npos);
        QCOMPARE(problemsOf(fileOf(trial, space, "schedule: {type: asha, " + rest)), std::string());
    }

    void batchSizeCountsOnlyWhereEpochsDo_data()
    {
        QTest::addColumn<QString>("trial");
        QTest::addColumn<QString>("space");
        QTest::addColumn<QString>("schedule");
        QTest::addColumn<QString>("parameters"); ///< that change the length
        const QString batch = QStringLiteral("batch_size: {type: integer, low: 10, high: 90}");
        const QString steps = QStringLiteral("trainer: {model: gn2, data: d.h5, steps: 1000}");
        const QString both = QStringLiteral("trainer: {model: gn2, data: d.h5, steps: 1000, epochs: 3}");
        const QString epochs = QStringLiteral("trainer: {model: gn2, data: d.h5}");
        const QString command = QStringLiteral("command: run {batch_size}");
        const QString asha = QStringLiteral("{type: asha, min_steps: 200, max_steps: 900}");
        const QString median = QStringLiteral("{type: median}");
        const auto row = [](const char* name, const QString& trial, const QString& space,
                            const QString& schedule, const char* parameters) {
            QTest::newRow(name) << trial << space << schedule << QString::fromUtf8(parameters);
        };
        row("the trainer's steps", steps, batch, asha, "");
        row("its steps in place of epochs", both, batch, asha, "");
        row("its epochs", epochs, batch, asha, "batch_size");
        row("steps in the space", epochs, batch + QStringLiteral(", steps: 1000"), asha, "");
        row("one choice of steps", epochs,
            batch + QStringLiteral(", steps: {type: categorical, values: [900]}"), asha, "");
        row("searched steps", epochs,
            batch + QStringLiteral(", steps: {type: integer, low: 900, high: 1900}"), asha, "steps");
        row("searched epochs", epochs, batch + QStringLiteral(", epochs: {type: integer, low: 2, high: 5}"),
            asha, "epochs batch_size");
        row("searched epochs without a meaning", steps,
            batch + QStringLiteral(", epochs: {type: integer, low: 2, high: 5}"), asha, "");
        row("steps that some trials have", epochs,
            QStringLiteral("optimizer: {type: categorical, values: [adamw, adam]}, "
                           "steps: {type: fixed, value: 900, when: {optimizer: [adamw]}}"),
            asha, "steps");
        row("a command's steps", command, batch + QStringLiteral(", max_steps: 900"), asha, "");
        row("a command of the scheduler's steps", command, batch, asha, "");
        row("a command's epochs", command, batch + QStringLiteral(", max_epochs: 9"), asha, "batch_size");
        row("a command of unknown length", command, batch, median, "batch_size");
    }
    void batchSizeCountsOnlyWhereEpochsDo()
    {
        QFETCH(QString, trial);
        QFETCH(QString, space);
        QFETCH(QString, schedule);
        QFETCH(QString, parameters);
        const QString file = QString::fromStdString(
            fileOf(trial.toStdString(), space.toStdString(), "schedule: " + schedule.toStdString()));
        const Experiment experiment = parseExperiment(file.toStdString());
        QStringList names;
        const ScheduleLength length(experiment);
        for (const std::string& name : length.parameters(experiment.space))
            names << QString::fromStdString(name);
        QCOMPARE(names.join(u' '), parameters);
        std::set<double> lengths;
        for (const double u : {0.1, 0.9})
            lengths.insert(length.of(experiment.space.build(
                [&](const Parameter& parameter, std::size_t) { return valueAt(parameter.domain, u); })));
        QCOMPARE(lengths.size() > 1, !names.isEmpty());
        QString halving = file;
        const std::string problems = problemsOf(
            halving.replace(QStringLiteral("type: asha"), QStringLiteral("type: halving")).toStdString());
        for (const QString& name : names)
            QVERIFY2(schedule.contains(u"median") ||
                         problems.find("x.yaml:6:18: schedule.type: halving compares all trials with one "
                                       "another, and those with another " +
                                       name.toStdString()) != std::string::npos,
                     problems.c_str());
        QCOMPARE(problems.empty(), names.isEmpty() || schedule.contains(u"median"));
    }
};

QTEST_APPLESS_MAIN(TestExperimentFileSchedule)
#include "tst_experiment_file_schedule.moc"
