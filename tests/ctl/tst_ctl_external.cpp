// SPDX-License-Identifier: GPL-3.0-or-later
// Searches in which another program chooses: our own, which has to choose as it does inside, Optuna, and the
// client that the README shows.
#include "ctl_fixture.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace widthwise::ctl;

namespace {

QString textOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// A range, steps, an integer, choices and a condition; fails where lr is large.
const QByteArray trials = R"(
objective: {metric: loss, direction: maximize}
trial:
  command: |-
    test {kind} = b && sleep 0.05; case {lr} in 0.[5-9]*) exit 1;; esac
    echo '{{"step":1,"metrics":{{"loss":'{lr}'}}}}' >> metrics.jsonl
space:
  lr: {type: float, low: 1e-3, high: 1, scale: log}
  drop: {type: float, low: 0, high: 0.5, step: 0.1}
  layers: {type: integer, low: 1, high: 8}
  kind: {type: categorical, values: [a, b, true, 2]}
  mass: {type: float, low: 0, high: 1, when: {kind: [a, 2]}}
  model: gn2
resources: {parallel: 1}
seed: 5
)";

QByteArray experiment(const QByteArray& name, const QByteArray& search, int count)
{
    return "name: " + name + trials + "search: {" + search +
           "}\nbudget: {failed_trials: 100, trials: " + QByteArray::number(count) + "}\n";
}

/// Of the trials, in their order.
QList<QJsonObject> configurations(const CtlFixture& ctl, const QString& name)
{
    QList<QJsonObject> list;
    const QJsonObject shown = ctl.show(name);
    for (const QJsonValue& trial : shown[QStringLiteral("trial_list")].toArray())
        list.append(trial[QStringLiteral("configuration")].toObject());
    return list;
}

/// The python of Debian's packages; another one may come first in PATH.
const QString python = QStringLiteral("/usr/bin/python3");

bool hasOptuna()
{
    return QProcess::execute(python, {QStringLiteral("-c"), QStringLiteral("import optuna")}) == 0;
}

} // namespace

class TestCtlExternal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ourOwnProgramChoosesAsInside_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::newRow("as it begins") << QByteArray();
        QTest::newRow("with chosen configurations")
            << QByteArray(", configurations: [{lr: 0.01, drop: 0.2, layers: 3, kind: a, mass: 0.5}]");
    }
    void ourOwnProgramChoosesAsInside()
    {
        QFETCH(QByteArray, more);
        const CtlFixture ctl;
        const QString inside =
            ctl.write(QStringLiteral("inside.yaml"), experiment("inside", "algorithm: auto" + more, 24));
        const QString outside = ctl.write(
            QStringLiteral("outside.yaml"),
            experiment("outside", "algorithm: external, command: \"" WIDTHWISECTL " suggest --stdio\"" + more,
                       24));
        QCOMPARE(ctl.call({QStringLiteral("run"), inside}).code, 0);
        const Answer answer = ctl.call({QStringLiteral("run"), outside});
        QVERIFY2(answer.code == 0, qPrintable(answer.output));
        const QList<QJsonObject> expected = configurations(ctl, QStringLiteral("inside"));
        QCOMPARE(expected.size(), 24);
        QVERIFY(ctl.count(QStringLiteral("inside"), QStringLiteral("failed")) > 0);
        QCOMPARE(configurations(ctl, QStringLiteral("outside")), expected);
    }

    /// Driver and program are killed again and again; the new ones know what the old ones knew.
    void aKilledDriverChangesNothing()
    {
        const CtlFixture ctl;
        const QString inside =
            ctl.write(QStringLiteral("inside.yaml"), experiment("inside", "algorithm: auto", 24));
        const QString outside = ctl.write(
            QStringLiteral("outside.yaml"),
            experiment("outside", "algorithm: external, command: \"" WIDTHWISECTL " suggest --stdio\"", 24));
        QCOMPARE(ctl.call({QStringLiteral("run"), inside}).code, 0);
        auto driver = ctl.start({QStringLiteral("run"), outside});
        int kills = 0;
        for (int known = 2; known < 20; known += 5) {
            QVERIFY(QTest::qWaitFor(
                [&] { return configurations(ctl, QStringLiteral("outside")).size() >= known; }, 60'000));
            ::kill(pid_t(driver->processId()), SIGKILL);
            driver->waitForFinished();
            kills += driver->exitStatus() == QProcess::CrashExit;
            driver = ctl.start({QStringLiteral("resume"), QStringLiteral("outside")});
        }
        QVERIFY(driver->waitForFinished(60'000));
        QVERIFY(kills > 1);
        QCOMPARE(configurations(ctl, QStringLiteral("outside")),
                 configurations(ctl, QStringLiteral("inside")));
    }

    /// The example with another trial: it learns, from failures too, and is the same search each time.
    void optunaChooses()
    {
        if (!hasOptuna())
            QSKIP("SKIPPED: Optuna is not installed; packaging/install-dependencies test brings "
                  "python3-optuna");
        const CtlFixture ctl;
        QVERIFY(QFile::copy(QStringLiteral(EXAMPLES "/optuna_sampler.py"),
                            ctl.folder() + QStringLiteral("/optuna_sampler.py")));
        QString text = textOf(QStringLiteral(EXAMPLES "/gn2-lr-optuna.yaml"));
        const qsizetype begin = text.indexOf(QStringLiteral("trial:")),
                        end = text.indexOf(QStringLiteral("space:"));
        text.replace(
            begin, end - begin,
            QStringLiteral("trial:\n  command: |-\n"
                           "    case {max_lr} in 0.0[5-9]*) exit 1;; esac\n"
                           "    awk 'BEGIN{{d = log({max_lr} / 0.01); printf "
                           "\"{{\\\"step\\\":1,\\\"metrics\\\":{{\\\"val/loss\\\":%.6f}}}}\\n\", d * d}}' "
                           ">> metrics.jsonl\n"));
        text.replace(QStringLiteral("parallel: 2"), QStringLiteral("parallel: 1"));
        text.replace(QStringLiteral("failed_trials: 5"), QStringLiteral("failed_trials: 24"));
        QList<QJsonObject> first;
        for (const char* name : {"one", "two"}) {
            const Answer answer =
                ctl.call({QStringLiteral("run"), QStringLiteral("--name"), QLatin1String(name),
                          ctl.write(QStringLiteral("optuna.yaml"), text.toUtf8())});
            QVERIFY2(answer.code == 0, qPrintable(answer.output + answer.errors));
            const QList<QJsonObject> chosen = configurations(ctl, QLatin1String(name));
            QCOMPARE(chosen.size(), 24);
            if (first.isEmpty())
                first = chosen;
            QCOMPARE(chosen, first);
        }
        const double best =
            ctl.show(QStringLiteral("one"))[QStringLiteral("best")][QStringLiteral("objective")].toDouble(-1);
        QVERIFY2(best >= 0 && best < 0.1, qPrintable(QString::number(best)));
    }

    /// A dry run asks it, too.
    void aDryRunAsksTheProgram()
    {
        const CtlFixture ctl;
        const auto file = [&](const QByteArray& command) {
            return ctl.write(QStringLiteral("x.yaml"),
                             experiment("x", "algorithm: external, command: \"" + command + "\"", 4));
        };
        const Answer answer = ctl.call({QStringLiteral("run"), QStringLiteral("--dry-run"),
                                        file(WIDTHWISECTL " suggest --stdio"), QStringLiteral("--json")});
        QVERIFY2(answer.code == 0, qPrintable(answer.errors));
        QVERIFY(answer.object()[QStringLiteral("config")][QStringLiteral("lr")].toDouble() > 0);
        const Answer failed =
            ctl.call({QStringLiteral("run"), QStringLiteral("--dry-run"), file("no-such-sampler")});
        QCOMPARE(failed.code, 1);
        QVERIFY2(failed.errors.contains(QStringLiteral("cannot start no-such-sampler")),
                 qPrintable(failed.errors));
    }

    void aSimulationSaysThatItStartsNone()
    {
        const CtlFixture ctl;
        const Answer answer = ctl.call(
            {QStringLiteral("simulate"),
             ctl.write(QStringLiteral("x.yaml"), experiment("x", "algorithm: external, command: a", 4))});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.errors.contains(QStringLiteral("search.algorithm: only a driver starts the program")),
                 qPrintable(answer.errors));
    }

    /// What the README shows does run, and finds the least loss.
    void theClientOfTheReadmeRuns()
    {
        const QString readme = textOf(QStringLiteral(SOURCE_FOLDER "/README.md"));
        const QString fence = QStringLiteral("```python\n");
        const qsizetype begin = readme.indexOf(fence) + fence.size();
        const QString client = readme.mid(begin, readme.indexOf(QStringLiteral("```"), begin) - begin);
        QVERIFY(client.contains(QStringLiteral("suggest")));
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PATH"), QFileInfo(QStringLiteral(WIDTHWISECTL)).path() + u':' +
                                                       environment.value(QStringLiteral("PATH")));
        process.setProcessEnvironment(environment);
        process.start(
            python,
            {QStringLiteral("-c"),
             QStringLiteral("import math\n"
                            "def train(lr): return None if lr > 0.3 else (math.log10(lr) + 2) ** 2\n") +
                 client});
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(QString::fromUtf8(process.readAllStandardError()), QString());
        const QString best = QString::fromUtf8(process.readAllStandardOutput()).replace(u'\'', u'"');
        const QJsonObject found = QJsonDocument::fromJson(best.toUtf8()).object();
        QVERIFY2(found[QStringLiteral("value")].toDouble(1) < 0.01, qPrintable(best));
    }
};

QTEST_GUILESS_MAIN(TestCtlExternal)
#include "tst_ctl_external.moc"
