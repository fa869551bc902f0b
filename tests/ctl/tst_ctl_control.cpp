// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <csignal>

using namespace widthwise::ctl;

namespace {

const QString detach = QStringLiteral("--detach");

qint64 driverOf(const CtlFixture& ctl, const QString& name)
{
    const QJsonObject driver = ctl.show(name)[QStringLiteral("driver")].toObject();
    return driver[QStringLiteral("alive")].toBool() ? driver[QStringLiteral("pid")].toInteger() : 0;
}

QString stateOf(const CtlFixture& ctl, const QString& name)
{
    return ctl.show(name)[QStringLiteral("state")].toString();
}

QJsonValue trialOf(const CtlFixture& ctl, const QString& name, int number)
{
    return ctl.show(name)[QStringLiteral("trial_list")].toArray().at(number);
}

QString trialState(const CtlFixture& ctl, const QString& name, int number)
{
    return trialOf(ctl, name, number)[QStringLiteral("state")].toString();
}

/// Fails the first time and reports the second.
QByteArray failsOnce()
{
    return "if [ $WIDTHWISE_ATTEMPT = 1 ]; then echo 'out of luck'; exit 1; fi\n" + reports(0.1);
}

} // namespace

/// pause, resume, stop and retry, with a driver that lives and without one.
class TestCtlControl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDetachedDriverObeys()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("away");
        const Answer started =
            ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(1), 200), detach});
        QCOMPARE(started.code, 0);
        const qint64 driver = driverOf(ctl, name);
        QVERIFY(driver > 0);
        QVERIFY2(started.output.contains(QString::number(driver)), qPrintable(started.output));
        QCOMPARE(::getsid(pid_t(driver)), pid_t(driver));

        QTRY_COMPARE_WITH_TIMEOUT(stateOf(ctl, name), QStringLiteral("running"), 20'000);
        const Answer status = ctl.call({QStringLiteral("status")});
        QVERIFY2(status.output.contains(QStringLiteral("▶ away running")), qPrintable(status.output));

        QCOMPARE(ctl.call({QStringLiteral("pause"), name}).code, 0);
        QCOMPARE(stateOf(ctl, name), QStringLiteral("paused"));
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 0, 20'000);
        const QJsonObject resumed =
            ctl.call({QStringLiteral("resume"), name, QStringLiteral("--json")}).object();
        QCOMPARE(resumed[QStringLiteral("experiment")][QStringLiteral("state")].toString(),
                 QStringLiteral("running"));

        QCOMPARE(ctl.call({QStringLiteral("stop"), name}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(driverOf(ctl, name), 0, 20'000);
        QCOMPARE(stateOf(ctl, name), QStringLiteral("stopped"));
        QCOMPARE(ctl.count(name, QStringLiteral("running")), 0);
        QFile log(ctl.folder() + QStringLiteral("/store.trials/away.driver.log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        QVERIFY(log.readAll().contains("away is stopped"));
    }

    void aSecondDriverIsRefused()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("one");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(1), 100), detach}).code, 0);
        const QString driver = QString::number(driverOf(ctl, name));
        for (const QString& command : {QStringLiteral("resume"), QStringLiteral("drive")}) {
            const Answer second = ctl.call({command, name});
            QCOMPARE(second.code, 4);
            QVERIFY2(second.errors.contains(driver), qPrintable(second.errors));
        }
        QCOMPARE(ctl.call({QStringLiteral("resume"), name, detach}).code, 4);
        QCOMPARE(stateOf(ctl, name), QStringLiteral("running"));
    }

    void aKilledDriverIsReplaced()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("killed");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(1.5), 4), detach}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 2, 20'000);
        QCOMPARE(::kill(pid_t(driverOf(ctl, name)), SIGKILL), 0);
        const Answer resumed = ctl.call({QStringLiteral("resume"), name});
        QCOMPARE(resumed.code, 0);
        const QJsonArray trials = ctl.show(name)[QStringLiteral("trial_list")].toArray();
        QCOMPARE(trials.size(), 4);
        for (const QJsonValue& trial : trials) {
            QCOMPARE(trial[QStringLiteral("state")].toString(), QStringLiteral("completed"));
            QCOMPARE(trial[QStringLiteral("attempt")].toInt(), 1);
            QCOMPARE(trial[QStringLiteral("last_step")].toInt(), 5);
        }
    }

    void stoppingWorksWithoutADriver()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("orphaned");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(30), 10), detach}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 2, 20'000);
        QCOMPARE(::kill(pid_t(driverOf(ctl, name)), SIGKILL), 0);
        const Answer stopped = ctl.call({QStringLiteral("stop"), name});
        QCOMPARE(stopped.code, 0);
        QVERIFY2(stopped.output.contains(QStringLiteral("no driver lives")), qPrintable(stopped.output));
        QCOMPARE(stateOf(ctl, name), QStringLiteral("stopped"));
        QCOMPARE(ctl.count(name, QStringLiteral("stopped")), 2);
        QCOMPARE(ctl.show(name)[QStringLiteral("trial_list")].toArray().size(), 2);
        QVERIFY(ctl.call({QStringLiteral("stop"), name}).output.contains(QStringLiteral("stopped already")));
    }

    void pausingWorksWithoutADriver()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("quiet");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(2), 4), detach}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 2, 20'000);
        QCOMPARE(::kill(pid_t(driverOf(ctl, name)), SIGKILL), 0);
        QCOMPARE(ctl.call({QStringLiteral("pause"), name}).code, 0);
        QCOMPARE(stateOf(ctl, name), QStringLiteral("paused"));
        QCOMPARE(ctl.show(name)[QStringLiteral("trial_list")].toArray().size(), 2);
        QCOMPARE(ctl.call({QStringLiteral("resume"), name}).code, 0);
        QCOMPARE(ctl.count(name, QStringLiteral("completed")), 4);
    }

    void failedTrialsAreRetried()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("luck");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, failsOnce(), 3)}).code, 1);
        QCOMPARE(ctl.count(name, QStringLiteral("failed")), 3);
        QCOMPARE(trialOf(ctl, name, 0)[QStringLiteral("reason")].toString().contains(
                     QStringLiteral("out of luck")),
                 true);
        QCOMPARE(
            ctl.call({QStringLiteral("retry"), name, QStringLiteral("--trial"), QStringLiteral("1")}).code,
            0);
        QCOMPARE(trialState(ctl, name, 1), QStringLiteral("completed"));
        QCOMPARE(ctl.count(name, QStringLiteral("failed")), 2);
        const Answer all = ctl.call({QStringLiteral("retry"), name});
        QCOMPARE(all.code, 0);
        QCOMPARE(ctl.count(name, QStringLiteral("completed")), 3);
        QCOMPARE(trialOf(ctl, name, 0)[QStringLiteral("attempt")].toInt(), 2);
        QVERIFY(
            ctl.call({QStringLiteral("retry"), name}).output.contains(QStringLiteral("no failed trials")));
    }

    void singleTrialsArePausedResumedAndStopped()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("single");
        const QString trial = QStringLiteral("--trial");
        const QString first = QStringLiteral("0");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(20), 3), detach}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(trialState(ctl, name, 0), QStringLiteral("running"), 20'000);
        QCOMPARE(ctl.call({QStringLiteral("pause"), name, trial, first}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(trialState(ctl, name, 0), QStringLiteral("paused"), 20'000);
        QCOMPARE(ctl.call({QStringLiteral("retry"), name, trial, first}).code, 1);
        QCOMPARE(ctl.call({QStringLiteral("pause"), name}).code, 0);
        QCOMPARE(ctl.call({QStringLiteral("resume"), name, trial, first}).code, 0);
        QCOMPARE(trialState(ctl, name, 0), QStringLiteral("pending"));
        QCOMPARE(ctl.call({QStringLiteral("stop"), name, trial, QStringLiteral("1")}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(trialState(ctl, name, 1), QStringLiteral("stopped"), 20'000);
        QCOMPARE(ctl.call({QStringLiteral("pause"), name, trial, QStringLiteral("1")}).code, 1);
        QCOMPARE(ctl.call({QStringLiteral("stop"), name, trial, QStringLiteral("9")}).code, 3);
    }

    void aCompleteExperimentHasNothingToResume()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("done");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(0.1), 2)}).code, 0);
        const Answer resumed = ctl.call({QStringLiteral("resume"), name});
        QCOMPARE(resumed.code, 0);
        QVERIFY2(resumed.output.contains(QStringLiteral("✓ done completed")), qPrintable(resumed.output));
        QVERIFY(resumed.output.contains(QStringLiteral("best  loss ")));
        QCOMPARE(ctl.call({QStringLiteral("pause"), name}).code, 1);
    }

    void aCompleteExperimentIsGivenMoreTrials()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("more");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(0.1), 2)}).code, 0);
        const QString add = QStringLiteral("--add-trials");
        QCOMPARE(ctl.call({QStringLiteral("resume"), name, add, QStringLiteral("3")}).code, 0);
        QCOMPARE(ctl.count(name, QStringLiteral("completed")), 5);
        QVERIFY(ctl.call({QStringLiteral("show"), name, QStringLiteral("--file")})
                    .output.contains(QStringLiteral("trials: 5")));
        const Answer none = ctl.call({QStringLiteral("resume"), name, add, QStringLiteral("0")});
        QCOMPARE(none.code, 1);
        QVERIFY2(none.errors.contains(QStringLiteral("at least 1 more trial")), qPrintable(none.errors));
    }

    void whatAStopEndedGoesOnFromItsCheckpoint()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("undone");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(1.5), 2), detach}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 2, 20'000);
        QCOMPARE(ctl.call({QStringLiteral("stop"), name}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 0, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(driverOf(ctl, name), 0, 20'000);
        QCOMPARE(ctl.call({QStringLiteral("resume"), name}).code, 0);
        QCOMPARE(ctl.count(name, QStringLiteral("completed")), 2);
        QCOMPARE(trialOf(ctl, name, 0)[QStringLiteral("attempt")].toInt(), 2);
    }

    void removeAsksAndKeepsFilesUnlessTold()
    {
        const CtlFixture ctl;
        for (const char* name : {"kept", "gone"})
            QCOMPARE(
                ctl.call({QStringLiteral("run"), ctl.experiment(QString::fromLatin1(name), reports(0.1), 1)})
                    .code,
                0);
        const auto remove = [&](const char* name, const QStringList& options) {
            return ctl.call(QStringList{QStringLiteral("remove"), QString::fromLatin1(name)} + options);
        };
        const auto directories = [&](const char* name) {
            return QDir(ctl.store().replace(QStringLiteral(".db"), QStringLiteral(".trials")))
                .entryList({QString::fromLatin1(name) + QStringLiteral(".2*")}, QDir::Dirs)
                .size();
        };
        const Answer unasked = remove("kept", {});
        QCOMPARE(unasked.code, 2);
        QVERIFY2(unasked.errors.contains(QStringLiteral("--yes")), qPrintable(unasked.errors));
        QCOMPARE(ctl.count(QStringLiteral("kept"), QStringLiteral("completed")), 1);

        const Answer kept = remove("kept", {QStringLiteral("--yes")});
        QCOMPARE(kept.code, 0);
        QVERIFY2(kept.output.contains(QStringLiteral("the files of its trials stay in")),
                 qPrintable(kept.output));
        QCOMPARE(directories("kept"), 1);
        const Answer gone =
            remove("gone", {QStringLiteral("--yes"), QStringLiteral("--files"), QStringLiteral("--json")});
        QCOMPARE(gone.object()[QStringLiteral("removed")].toString(), QStringLiteral("gone"));
        QCOMPARE(directories("gone"), 0);
        QCOMPARE(ctl.call({QStringLiteral("list"), QStringLiteral("--json")}).array().size(), 0);
    }

    void whatRunsIsNotRemoved()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("busy");
        const QString file = ctl.experiment(name, reports(30), 1);
        QCOMPARE(ctl.call({QStringLiteral("run"), file, QStringLiteral("--detach")}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 1, 20'000);
        const Answer refused = ctl.call({QStringLiteral("remove"), name, QStringLiteral("--yes")});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.errors.contains(QStringLiteral("busy has 1 trial under way")),
                 qPrintable(refused.errors));
        QCOMPARE(ctl.count(name, QStringLiteral("running")), 1);
    }
};

QTEST_GUILESS_MAIN(TestCtlControl)
#include "tst_ctl_control.moc"
