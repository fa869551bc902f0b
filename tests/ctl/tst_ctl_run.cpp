// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QRegularExpression>
#include <QTest>

#include <csignal>

using namespace widthwise::ctl;

/// `run` in all its ways.
class TestCtlRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plainLinesTellWhatHappens()
    {
        const CtlFixture ctl;
        const Answer answer =
            ctl.call({QStringLiteral("run"), ctl.experiment(QStringLiteral("plain"), reports(0.1), 3)});
        QCOMPARE(answer.code, 0);
        QCOMPARE(answer.errors, QString());
        QVERIFY(!answer.output.contains(QLatin1Char('\033')));
        for (int trial = 0; trial < 3; ++trial) {
            const QRegularExpression started(QStringLiteral("^▶ trial %1 started on cpu").arg(trial),
                                             QRegularExpression::MultilineOption);
            const QRegularExpression ended(
                QStringLiteral("^✓ trial %1 completed in [0-9.]+ s: loss 0\\.[0-9]+ at step 1").arg(trial),
                QRegularExpression::MultilineOption);
            QVERIFY2(answer.output.contains(started), qPrintable(answer.output));
            QVERIFY2(answer.output.contains(ended), qPrintable(answer.output));
        }
        QVERIFY(answer.output.contains(QStringLiteral("[3/3]")));
        QVERIFY(answer.output.contains(QStringLiteral("✓ plain completed")));
    }

    void jsonLinesAreWholeObjects()
    {
        const CtlFixture ctl;
        const Answer answer = ctl.call({QStringLiteral("run"), QStringLiteral("--json"),
                                        ctl.experiment(QStringLiteral("lines"), reports(0.1), 2)});
        QCOMPARE(answer.code, 0);
        QMap<int, QString> last;
        QJsonObject end;
        for (const QString& line : answer.output.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
            const QJsonObject event = QJsonDocument::fromJson(line.toUtf8()).object();
            QVERIFY2(!event.isEmpty(), qPrintable(line));
            if (event[QStringLiteral("event")] == QStringLiteral("experiment")) {
                end = event[QStringLiteral("experiment")].toObject();
                continue;
            }
            const QJsonObject trial = event[QStringLiteral("trial")].toObject();
            last[trial[QStringLiteral("number")].toInt()] = trial[QStringLiteral("state")].toString();
            const double x = trial[QStringLiteral("configuration")][QStringLiteral("x")].toDouble();
            QVERIFY(x >= 0.1 && x <= 1);
        }
        const QString completed = QStringLiteral("completed");
        QCOMPARE(last, (QMap<int, QString>{{0, completed}, {1, completed}}));
        QCOMPARE(end[QStringLiteral("state")].toString(), completed);
        const QJsonObject best = end[QStringLiteral("best")].toObject();
        QCOMPARE(best[QStringLiteral("objective")].toDouble(),
                 best[QStringLiteral("configuration")][QStringLiteral("x")].toDouble());
    }

    void aFailedExperimentIsExitCodeOne()
    {
        const CtlFixture ctl;
        const QString file =
            ctl.experiment(QStringLiteral("broken"), "echo 'cannot read jets.h5' >&2; exit 7", 20);
        const Answer answer = ctl.call({QStringLiteral("run"), file});
        QCOMPARE(answer.code, 1);
        QVERIFY2(answer.output.contains(QStringLiteral("cannot read jets.h5")), qPrintable(answer.output));
        QVERIFY(answer.output.contains(QStringLiteral("✕ broken failed")));
    }

    void aTakenNameGetsANumber()
    {
        const CtlFixture ctl;
        const QString file = ctl.experiment(QStringLiteral("twice"), reports(0.1), 1);
        QCOMPARE(ctl.call({QStringLiteral("run"), file}).code, 0);
        const Answer second = ctl.call({QStringLiteral("run"), file});
        QCOMPARE(second.code, 0);
        QVERIFY2(second.errors.contains(QStringLiteral("named twice-2")), qPrintable(second.errors));
        QCOMPARE(ctl.show(QStringLiteral("twice-2"))[QStringLiteral("state")].toString(),
                 QStringLiteral("completed"));
        QCOMPARE(
            ctl.call({QStringLiteral("run"), file, QStringLiteral("--name"), QStringLiteral("other")}).code,
            0);
        QCOMPARE(ctl.count(QStringLiteral("other"), QStringLiteral("completed")), 1);
    }

    void wrongFilesAreNotRun()
    {
        const CtlFixture ctl;
        const Answer missing = ctl.call({QStringLiteral("run"), QStringLiteral("nowhere.yaml")});
        QCOMPARE(missing.code, 3);
        QVERIFY(missing.errors.contains(QStringLiteral("nowhere.yaml")));
        const QString file =
            ctl.experiment(QStringLiteral("wrong"), "true", 1, "serach: {algorithm: random}\n");
        const Answer wrong = ctl.call({QStringLiteral("run"), file});
        QCOMPARE(wrong.code, 2);
        QVERIFY2(wrong.errors.contains(file + QStringLiteral(":10:1: ")), qPrintable(wrong.errors));
        QVERIFY(wrong.errors.contains(QStringLiteral("search")));
        QCOMPARE(ctl.call({QStringLiteral("list"), QStringLiteral("--json")}).code, 3);
    }

    void aDryRunStartsNothing()
    {
        const CtlFixture ctl;
        const QString file = ctl.experiment(QStringLiteral("dry"), "touch ran; echo {x} {trial_dir}", 1);
        const Answer answer =
            ctl.call({QStringLiteral("run"), QStringLiteral("--dry-run"), QStringLiteral("--json"), file});
        QCOMPARE(answer.code, 0);
        const QJsonObject plan = answer.object();
        const QString directory = plan[QStringLiteral("directory")].toString();
        QVERIFY(directory.startsWith(ctl.folder() + QStringLiteral("/store.trials/dry.")));
        const double x = plan[QStringLiteral("config")][QStringLiteral("x")].toDouble();
        QVERIFY2(plan[QStringLiteral("command")].toString().startsWith(
                     QStringLiteral("touch ran; echo %1 %2").arg(QString::number(x, 'g', 8), directory)),
                 qPrintable(answer.output));
        QCOMPARE(plan[QStringLiteral("environment")][QStringLiteral("WIDTHWISE_TRIAL_DIR")].toString(),
                 directory);
        QVERIFY(!QFile::exists(directory) && !QFile::exists(ctl.store()));
        const Answer text = ctl.call({QStringLiteral("run"), QStringLiteral("--dry-run"), file});
        QVERIFY(text.output.contains(QStringLiteral("WIDTHWISE_TRIAL_ID=dry/0")));
    }

    void aDryRunOnAClusterShowsTheBatchScript()
    {
        const CtlFixture ctl;
        ctl.write(QStringLiteral("juwels.yaml"), "host: juwels\nscheduler: slurm\nfolder: /p/scratch/me\n"
                                                 "partition: booster\n");
        const QString file = ctl.experiment(QStringLiteral("dry"), "echo {x}", 5, "site: juwels.yaml\n");
        const Answer answer =
            ctl.call({QStringLiteral("run"), QStringLiteral("--dry-run"), QStringLiteral("--json"), file});
        QCOMPARE(answer.code, 0);
        const QJsonObject plan = answer.object();
        const QString directory = plan[QStringLiteral("directory")].toString();
        QVERIFY2(directory.startsWith(QStringLiteral("/p/scratch/me/dry.")), qPrintable(directory));
        const QString script = plan[QStringLiteral("batch_script")].toString();
        for (const char* line : {"#SBATCH --partition=booster\n", "#SBATCH --array=0-1\n"})
            QVERIFY2(script.contains(QString::fromLatin1(line)), qPrintable(script));
        QVERIFY(script.contains(QStringLiteral("0) script=%1/launch-1.sh").arg(directory)));
        const Answer text = ctl.call({QStringLiteral("run"), QStringLiteral("--dry-run"), file});
        QVERIFY(text.output.contains(QStringLiteral("would run on juwels")));
        QVERIFY(text.output.contains(QStringLiteral("\n#SBATCH --partition=booster\n")));
    }

    void aDryRunListsWhatIsBroughtAlong()
    {
        const CtlFixture ctl;
        ctl.write(QStringLiteral("far.yaml"), "host: far\nfolder: /scratch/me\n");
        QVERIFY(QDir(ctl.folder()).mkpath(QStringLiteral("data")));
        ctl.write(QStringLiteral("train.py"), QByteArray(3072, '#'));
        ctl.write(QStringLiteral("data/1"), "12");
        ctl.write(QStringLiteral("data/2"), "345");
        const QByteArray command = "python {experiment_dir}/train.py --in=data --x={x}";
        const QStringList dry{QStringLiteral("run"), QStringLiteral("--dry-run")};
        const QString there = ctl.experiment(QStringLiteral("there"), command, 1, "site: far.yaml\n");
        const Answer text = ctl.call(dry + QStringList{there});
        QVERIFY2(text.output.contains(
                     QStringLiteral("\nwill be brought along: data/ (2 files, 5 B), train.py (3.0 KiB)\n")),
                 qPrintable(text.output));
        const QJsonArray list = ctl.call(dry + QStringList{QStringLiteral("--json"), there})
                                    .object()[QStringLiteral("brought_along")]
                                    .toArray();
        QCOMPARE(list.size(), 2);
        QCOMPARE(list[0][QStringLiteral("name")].toString(), QStringLiteral("data/"));
        QCOMPARE(list[1][QStringLiteral("bytes")].toInt(), 3072);
        const Answer here = ctl.call(dry + QStringList{ctl.experiment(QStringLiteral("here"), command, 1)});
        QVERIFY(!here.output.contains(QStringLiteral("brought along")));
    }

    void aMissingTrainerIsNamed()
    {
        CtlFixture ctl;
        ctl.set(QStringLiteral("WIDTHWISE_TRAINER"), QStringLiteral("/nowhere/widthwise-trainer"));
        const QString file =
            ctl.write(QStringLiteral("gn2.yaml"),
                      "name: gn2\nobjective: {metric: loss}\ntrial: {trainer: {epochs: 1, data: gn2.yaml}}\n"
                      "space: {max_lr: {type: float, low: 0.1, high: 1}}\nbudget: {trials: 3}\n");
        const Answer answer = ctl.call({QStringLiteral("run"), file});
        QCOMPARE(answer.code, 1);
        QVERIFY2(answer.output.contains(QStringLiteral("/nowhere/widthwise-trainer")),
                 qPrintable(answer.output));
        QVERIFY(answer.output.contains(QStringLiteral("WIDTHWISE_TRAINER")));
    }

    void interruptingLeavesTheTrialsRunning()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("left");
        const auto run = ctl.start({QStringLiteral("run"), ctl.experiment(name, reports(3), 4)});
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 2, 20'000);
        ::kill(pid_t(run->processId()), SIGINT);
        QVERIFY(run->waitForFinished(10'000));
        QCOMPARE(run->exitCode(), 130);
        QVERIFY(QString::fromUtf8(run->readAllStandardError())
                    .contains(QStringLiteral("widthwisectl resume left")));
        QCOMPARE(ctl.count(name, QStringLiteral("running")), 2);
        const Answer resumed = ctl.call({QStringLiteral("resume"), name});
        QCOMPARE(resumed.code, 0);
        QCOMPARE(ctl.count(name, QStringLiteral("completed")), 4);
        const QJsonArray trials = ctl.show(name)[QStringLiteral("trial_list")].toArray();
        for (const QJsonValue& trial : trials)
            QCOMPARE(trial[QStringLiteral("attempt")].toInt(), 1);
    }
};

QTEST_GUILESS_MAIN(TestCtlRun)
#include "tst_ctl_run.moc"
