// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QTest>

using namespace widthwise::ctl;

namespace {

const QByteArray searchFile =
    "name: night\nobjective: {metric: loss}\ntrial: {command: 'train {x} {y}'}\n"
    "space:\n  x: {type: float, low: 0, high: 1}\n  y: {type: float, low: 1e-4, high: 1, scale: log}\n"
    "search: {algorithm: random}\nresources: {parallel: 8}\nbudget: {trials: 81, failed_trials: 81}\n";
const QByteArray asha = "schedule: {type: asha, min_steps: 10, max_steps: 270, run_on: 0}\n";
const QString simulate = QStringLiteral("simulate");

QJsonObject first(const Answer& answer)
{
    return answer.array().at(0).toObject();
}

} // namespace

/// `simulate`, on made-up and on recorded trials.
class TestCtlSimulate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_ctl = std::make_unique<CtlFixture>(); }

    void tellsWhatASearchCosts()
    {
        const QString all = m_ctl->write(QStringLiteral("all.yaml"), searchFile);
        const QString rungs = m_ctl->write(QStringLiteral("rungs.yaml"), searchFile + asha);
        const QStringList options{QStringLiteral("--json"), QStringLiteral("--step-time"),
                                  QStringLiteral("0.5")};
        const QJsonObject whole = first(m_ctl->call(
            QStringList{simulate, all, QStringLiteral("--steps"), QStringLiteral("270")} + options));
        const QJsonObject early = first(m_ctl->call(QStringList{simulate, rungs} + options));
        QCOMPARE(whole.value(QStringLiteral("state")), QStringLiteral("completed"));
        QCOMPARE(whole.value(QStringLiteral("completed")).toInt(), 81);
        QCOMPARE(whole.value(QStringLiteral("device_hours")).toDouble(), 81 * 135 / 3600.0);
        QCOMPARE(early.value(QStringLiteral("trials")).toInt(), 81);
        QVERIFY(whole.value(QStringLiteral("regret")).toDouble(-1) >= 0);
        QVERIFY(whole.value(QStringLiteral("regret")).toDouble() < 0.2);
        QVERIFY(early.value(QStringLiteral("device_hours")).toDouble() < 1.5);
        QVERIFY(early.value(QStringLiteral("best")).toDouble() <
                whole.value(QStringLiteral("best")).toDouble() + 0.02);
        const Answer text = m_ctl->call({simulate, rungs, QStringLiteral("--seeds"), QStringLiteral("3")});
        QCOMPARE(text.code, 0);
        QCOMPARE(text.output.count(u'\n'), 4);
        QVERIFY2(text.output.contains(QStringLiteral("DEVICE H")), qPrintable(text.output));
    }

    void divergingTrialsAndLostMachinesAreCounted()
    {
        const QString file = m_ctl->write(QStringLiteral("a.yaml"), searchFile);
        const QJsonObject result =
            first(m_ctl->call({simulate, file, QStringLiteral("--diverge"), QStringLiteral("0.3"),
                               QStringLiteral("--lost"), QStringLiteral("0.1"), QStringLiteral("--json")}));
        const int failed = result.value(QStringLiteral("failed")).toInt();
        QVERIFY2(failed > 12 && failed < 40, qPrintable(QString::number(failed)));
    }

    /// Three trials were recorded; every simulated one goes as the nearest of them.
    void followsRecordedTrials()
    {
        const QString file = m_ctl->experiment(QStringLiteral("seen"), reports(0.1), 3);
        QCOMPARE(m_ctl->call({QStringLiteral("run"), file}).code, 0);
        const Answer answer = m_ctl->call(
            {simulate, file, QStringLiteral("--like"), QStringLiteral("seen"), QStringLiteral("--json")});
        QVERIFY2(answer.code == 0, qPrintable(answer.errors));
        const QJsonObject trial = m_ctl->show(QStringLiteral("seen"));
        QCOMPARE(first(answer).value(QStringLiteral("completed")).toInt(), 3);
        QCOMPARE(
            first(answer).value(QStringLiteral("best")).toDouble(),
            trial.value(QStringLiteral("best")).toObject().value(QStringLiteral("objective")).toDouble());
    }

    /// One that failed by itself before its first value, one after it, and two that did not.
    void failsAsRecordedTrialsDid()
    {
        const QString file =
            m_ctl->write(QStringLiteral("frail.yaml"),
                         "name: frail\nobjective: {metric: loss}\ntrial:\n  command: |\n"
                         "    test {n} -gt 0 || exit 1\n"
                         "    echo '{{\"step\":1,\"metrics\":{{\"loss\":{n}}}}}' >>metrics.jsonl\n"
                         "    test {n} -gt 1 || exit 1\n"
                         "    echo '{{\"step\":2,\"metrics\":{{\"loss\":{n}}}}}' >>metrics.jsonl\n"
                         "space: {n: {type: integer, low: 0, high: 3}}\nsearch: {algorithm: grid}\nbudget: "
                         "{failed_trials: 4}\n");
        QCOMPARE(m_ctl->call({QStringLiteral("run"), file}).code, 0);
        const Answer answer = m_ctl->call(
            {simulate, file, QStringLiteral("--like"), QStringLiteral("frail"), QStringLiteral("--json")});
        QVERIFY2(answer.code == 0, qPrintable(answer.errors));
        QCOMPARE(first(answer).value(QStringLiteral("failed")).toInt(), 2);
        QCOMPARE(first(answer).value(QStringLiteral("completed")).toInt(), 2);
    }

    void refusesWhatItCannotTake_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("message");
        QTest::newRow("share") << QStringList{QStringLiteral("--lost"), QStringLiteral("2")}
                               << QStringLiteral("--lost takes a share from 0 to 1");
        QTest::newRow("time") << QStringList{QStringLiteral("--step-time"), QStringLiteral("0")}
                              << QStringLiteral("--step-time takes seconds above 0, at most a year");
        QTest::newRow("workers") << QStringList{QStringLiteral("--workers"), QStringLiteral("0")}
                                 << QStringLiteral("--workers takes a whole number from 1 to 1000000");
        for (const char* time : {"inf", "nan", "1e300"})
            QTest::newRow(time) << QStringList{QStringLiteral("--step-time"), QLatin1String(time)}
                                << QStringLiteral("--step-time takes seconds above 0, at most a year");
        QTest::newRow("a long run") << QStringList{QStringLiteral("--step-time"), QStringLiteral("1e6"),
                                                   QStringLiteral("--steps"), QStringLiteral("1000")}
                                    << QStringLiteral("a run of 1000 steps would take ");
        QTest::newRow("half a step") << QStringList{QStringLiteral("--steps"), QStringLiteral("2.5")}
                                     << QStringLiteral("--steps takes a whole number from 1 to 1000000000");
        QTest::newRow("no step") << QStringList{QStringLiteral("--steps"), QStringLiteral("0")}
                                 << QStringLiteral("--steps takes a whole number from 1 to 1000000000");
        QTest::newRow("no rung") << QStringList{QStringLiteral("--steps"), QStringLiteral("10")}
                                 << QStringLiteral("--steps takes more than 10, the step of the lowest rung");
        QTest::newRow("no seed") << QStringList{QStringLiteral("--seeds"), QStringLiteral("0")}
                                 << QStringLiteral("--seeds takes a whole number from 1 to 1000");
        QTest::newRow("experiment") << QStringList{QStringLiteral("--like"), QStringLiteral("nobody")}
                                    << QStringLiteral("there is no store at");
    }
    void refusesWhatItCannotTake()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, message);
        const QString file = m_ctl->write(QStringLiteral("a.yaml"), searchFile + asha);
        const Answer answer = m_ctl->call(QStringList{simulate, file} + options);
        QVERIFY(answer.code == 2 || answer.code == 3);
        QVERIFY2(answer.errors.contains(message), qPrintable(answer.errors));
    }

private:
    std::unique_ptr<CtlFixture> m_ctl;
};

QTEST_GUILESS_MAIN(TestCtlSimulate)
#include "tst_ctl_simulate.moc"
