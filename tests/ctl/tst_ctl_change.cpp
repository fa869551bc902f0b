// SPDX-License-Identifier: GPL-3.0-or-later
// Experiments that are changed after they were started: with a driver that lives, and without one.
#include "ctl_fixture.h"

#include <QFile>
#include <QTest>

using namespace widthwise::ctl;

namespace {

const QString set = QStringLiteral("--set");
const QString command = QStringLiteral("change");

QString stateOf(const CtlFixture& ctl, const QString& name)
{
    return ctl.show(name)[QStringLiteral("state")].toString();
}

int trialsOf(const CtlFixture& ctl, const QString& name)
{
    return int(ctl.show(name)[QStringLiteral("trial_list")].toArray().size());
}

/// What was changed, the latest last.
QStringList changesOf(const CtlFixture& ctl, const QString& name)
{
    QStringList texts;
    for (const QJsonValue& change : ctl.show(name)[QStringLiteral("changes")].toArray())
        for (const QJsonValue& text : change[QStringLiteral("changes")].toArray())
            texts.append(text.toString());
    return texts;
}

double xOf(const CtlFixture& ctl, const QString& name, int trial)
{
    return ctl.show(name)[QStringLiteral("trial_list")]
        .toArray()[trial][QStringLiteral("configuration")][QStringLiteral("x")]
        .toDouble();
}

} // namespace

class TestCtlChange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunningExperimentIsChanged()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("alive");
        const QString file = ctl.experiment(name, reports(0.3), 200);
        QCOMPARE(ctl.call({QStringLiteral("run"), file, QStringLiteral("--detach")}).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(ctl.count(name, QStringLiteral("completed")) > 0, 20'000);
        QFile text(file);
        QVERIFY(text.open(QFile::ReadWrite));
        QByteArray edited = text.readAll();
        edited.replace("low: 0.1", "low: 5")
            .replace("high: 1", "high: 6")
            .replace("trials: 200", "trials: 6");
        text.seek(0);
        text.write(edited);
        text.resize(text.pos());
        text.close();

        const Answer told = ctl.call({command, name, file, QStringLiteral("--dry-run")});
        QCOMPARE(told.code, 0);
        QVERIFY2(told.output.contains(QStringLiteral("budget.trials: 200 → 6")), qPrintable(told.output));
        QVERIFY(changesOf(ctl, name).isEmpty());
        const Answer changed = ctl.call({command, name, file});
        QVERIFY2(changed.code == 0, qPrintable(changed.errors));
        QVERIFY2(changed.output.contains(QStringLiteral("is changed by its driver")),
                 qPrintable(changed.output));
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(ctl, name) == u"completed", 30'000);
        QCOMPARE(trialsOf(ctl, name), 6);
        QVERIFY(xOf(ctl, name, 0) <= 1);
        QVERIFY(xOf(ctl, name, 5) >= 5);
        QVERIFY(changesOf(ctl, name).contains(QStringLiteral("budget.trials: 200 → 6")));
        const QString shown = ctl.call({QStringLiteral("show"), name}).output;
        QVERIFY2(shown.contains(QStringLiteral("space.x.high: 1.0 → 6.0")), qPrintable(shown));
        QCOMPARE(ctl.call({QStringLiteral("show"), name, QStringLiteral("--file")}).output.toUtf8(), edited);
    }

    void aCompleteExperimentGoesOn()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("done");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(0), 2)}).code, 0);
        const Answer changed = ctl.call({command, name, set, QStringLiteral("budget.trials=5"), set,
                                         QStringLiteral("search.algorithm=tpe")});
        QVERIFY2(changed.code == 0, qPrintable(changed.output + changed.errors));
        QCOMPARE(stateOf(ctl, name), QStringLiteral("completed"));
        QCOMPARE(trialsOf(ctl, name), 5);
        QCOMPARE(changesOf(ctl, name), (QStringList{QStringLiteral("search.algorithm: auto → tpe"),
                                                    QStringLiteral("budget.trials: 2 → 5")}));
    }

    /// It knows what trials reported when there was none.
    void aSchedulerComesLater()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("scheduled");
        const QByteArray trial =
            "loss=0.1; test {trial} = 3 && loss=9\n"
            "echo \"{{\\\"step\\\":1,\\\"metrics\\\":{{\\\"loss\\\":$loss}}}}\" >> metrics.jsonl\n"
            "test {trial} = 3 && sleep 20; true";
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, trial, 3)}).code, 0);
        const Answer changed = ctl.call({command, name, set, QStringLiteral("schedule.type=median"), set,
                                         QStringLiteral("budget.trials=4")});
        QVERIFY2(changed.code == 0, qPrintable(changed.output + changed.errors));
        QCOMPARE(ctl.count(name, QStringLiteral("completed")), 3);
        QCOMPARE(ctl.count(name, QStringLiteral("stopped")), 1);
    }

    /// Also by a program that is told of trials which its space does not have.
    void anotherProgramGoesOn()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("external");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(0), 8)}).code, 0);
        const Answer changed =
            ctl.call({command, name, set, QStringLiteral("search.algorithm=external"), set,
                      QStringLiteral("search.command=" WIDTHWISECTL " suggest --stdio"), set,
                      QStringLiteral("budget.trials=11"), set, QStringLiteral("space.x.low=0.5")});
        QVERIFY2(changed.code == 0, qPrintable(changed.output + changed.errors));
        QCOMPARE(stateOf(ctl, name), QStringLiteral("completed"));
        QCOMPARE(trialsOf(ctl, name), 11);
        for (int trial = 8; trial < 11; ++trial)
            QVERIFY(xOf(ctl, name, trial) >= 0.5);
    }

    /// A person makes room once it is clear which trial is the best.
    void aCompleteExperimentGivesRoom()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("room");
        const QByteArray trial = "head -c 1000 /dev/zero > checkpoint.pt\n" + reports(0);
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, trial, 3)}).code, 0);
        const QString finished = ctl.show(name)[QStringLiteral("finished")].toString();
        const auto bytes = [&] {
            return ctl.show(name)[QStringLiteral("checkpoints")][QStringLiteral("bytes")].toInt();
        };
        QCOMPARE(bytes(), 3000);
        QCOMPARE(ctl.call({command, name, set, QStringLiteral("checkpoints=best")}).code, 0);
        QCOMPARE(bytes(), 1000);
        QCOMPARE(stateOf(ctl, name), QStringLiteral("completed"));
        QCOMPARE(ctl.show(name)[QStringLiteral("finished")].toString(), finished);
    }

    void aStoppedExperimentIsChangedAndRests()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("stopped");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(30), 9),
                           QStringLiteral("--detach")})
                     .code,
                 0);
        QTRY_VERIFY_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")) > 0, 20'000);
        QCOMPARE(ctl.call({QStringLiteral("stop"), name}).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(
            stateOf(ctl, name) == u"stopped" && ctl.count(name, QStringLiteral("running")) == 0, 20'000);
        const int trials = trialsOf(ctl, name);
        const Answer changed = ctl.call({command, name, set, QStringLiteral("resources.parallel=3")});
        QVERIFY2(changed.code == 0, qPrintable(changed.output + changed.errors));
        QCOMPARE(stateOf(ctl, name), QStringLiteral("stopped"));
        QCOMPARE(trialsOf(ctl, name), trials);
        QCOMPARE(changesOf(ctl, name), QStringList{QStringLiteral("resources.parallel: 2 → 3")});
    }

    void aPausedExperimentIsChangedAndStaysPaused()
    {
        const CtlFixture ctl;
        const QString name = QStringLiteral("paused");
        QCOMPARE(
            ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(1), 9), QStringLiteral("--detach")})
                .code,
            0);
        QTRY_VERIFY_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")) > 0, 20'000);
        QCOMPARE(ctl.call({QStringLiteral("pause"), name}).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(ctl, name) == u"paused", 20'000);
        QCOMPARE(ctl.call({command, name, set, QStringLiteral("budget.trials=4")}).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(changesOf(ctl, name), QStringList{QStringLiteral("budget.trials: 9 → 4")},
                                  20'000);
        QCOMPARE(stateOf(ctl, name), QStringLiteral("paused"));
    }

    void whatCannotBeChangedIsRefused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const QStringList& arguments, int code, const char* said) {
            QTest::newRow(name) << arguments << code << QString::fromUtf8(said);
        };
        row("nothing asked", {}, 2, "it needs FILE, or --set");
        row("no value", {set, QStringLiteral("budget.trials")}, 2, "--set takes KEY=VALUE");
        row("no key", {set, QStringLiteral("=3")}, 2, "--set takes KEY=VALUE");
        row("no such key", {set, QStringLiteral("budget.trails=3")}, 2, "budget.trails: ");
        row("no such file", {QStringLiteral("/nowhere.yaml")}, 2, "/nowhere.yaml");
        row("what is measured", {set, QStringLiteral("objective.metric=accuracy")}, 2,
            "objective.metric: loss → accuracy: trials with another one could not be compared");
        row("wrong value", {set, QStringLiteral("resources.parallel=0")}, 2, "resources.parallel: ");
        row("the same", {set, QStringLiteral("budget.trials=2")}, 0, "nothing differs");
    }
    void whatCannotBeChangedIsRefused()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, said);
        const CtlFixture ctl;
        const QString name = QStringLiteral("fixed");
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.experiment(name, reports(0), 2)}).code, 0);
        const Answer answer = ctl.call(QStringList{command, name} + arguments);
        const QString all = answer.output + answer.errors;
        QVERIFY2(all.contains(said), qPrintable(all));
        QCOMPARE(answer.code, code);
        QVERIFY(changesOf(ctl, name).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCtlChange)
#include "tst_ctl_change.moc"
