// SPDX-License-Identifier: GPL-3.0-or-later
// Experiments that begin with what earlier ones have shown.
#include "ctl_fixture.h"

#include <QTest>

using namespace widthwise::ctl;

namespace {

QJsonArray configurations(const CtlFixture& ctl, const QString& name)
{
    QJsonArray list;
    const QJsonObject shown = ctl.show(name);
    for (const QJsonValue& trial : shown[QStringLiteral("trial_list")].toArray())
        list.append(trial[QStringLiteral("configuration")]);
    return list;
}

} // namespace

class TestCtlWarmStart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itTakesTrialsAndSaysSo()
    {
        const CtlFixture ctl;
        QCOMPARE(
            ctl.call({QStringLiteral("run"), ctl.experiment(QStringLiteral("first"), reports(0.05), 8)}).code,
            0);
        const QJsonValue best =
            ctl.show(QStringLiteral("first"))[QStringLiteral("best")][QStringLiteral("configuration")];
        const QString file = ctl.experiment(QStringLiteral("second"), reports(0.05), 6,
                                            "search: {warm_start: [first]}   # as before\n");
        const Answer answer = ctl.call({QStringLiteral("run"), file});
        QCOMPARE(answer.code, 0);
        QVERIFY2(
            answer.output.startsWith(QStringLiteral("taken from first: 8 of 8 trials that have ended\n")),
            qPrintable(answer.output));
        const QString text =
            ctl.call({QStringLiteral("show"), QStringLiteral("second"), QStringLiteral("--file")}).output;
        QVERIFY2(text.contains(QStringLiteral("# Taken from earlier experiments when this one began")) &&
                     text.contains(QStringLiteral("\nearlier:\n  - {experiment: first, trial: ")),
                 qPrintable(text));
        const QJsonArray chosen = configurations(ctl, QStringLiteral("second"));
        QCOMPARE(chosen.size(), 6);
        QCOMPARE(chosen[0], best);
    }

    void aWrongNameIsRefusedBeforeAnythingBegins()
    {
        const CtlFixture ctl;
        QCOMPARE(
            ctl.call({QStringLiteral("run"), ctl.experiment(QStringLiteral("first"), reports(0.05), 1)}).code,
            0);
        const QString file =
            ctl.experiment(QStringLiteral("second"), "true", 3, "search:\n  warm_start:\n    - frist\n");
        const QString problem =
            file +
            QStringLiteral(":12:7: search.warm_start: there is no earlier experiment \"frist\" in this "
                           "store (did you mean \"first\"?)\n");
        const Answer checked = ctl.call({QStringLiteral("validate"), file});
        QCOMPARE(checked.code, 2);
        QCOMPARE(checked.output, problem);
        const Answer answer = ctl.call({QStringLiteral("run"), file});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.errors.startsWith(problem), qPrintable(answer.errors));
        QCOMPARE(ctl.call({QStringLiteral("list"), QStringLiteral("--json")}).array().size(), 1);
    }

    /// Every name that is wrong, at its own place; where there is no store, nothing is known.
    void eachNameIsLookedUp()
    {
        const CtlFixture ctl;
        const QString file = ctl.experiment(QStringLiteral("second"), "true", 3,
                                            "search: {warm_start: [first, second, thrid]}\n");
        QCOMPARE(ctl.call({QStringLiteral("validate"), file}).code, 0);
        QCOMPARE(
            ctl.call({QStringLiteral("run"), ctl.experiment(QStringLiteral("third"), reports(0.05), 1)}).code,
            0);
        const Answer answer = ctl.call({QStringLiteral("validate"), file});
        QCOMPARE(answer.code, 2);
        QCOMPARE(answer.output.count(QStringLiteral("there is no earlier experiment")), 3);
        QVERIFY(answer.output.contains(QStringLiteral("\"thrid\" in this store (did you mean \"third\"?)")));
        const QString good =
            ctl.experiment(QStringLiteral("fourth"), "true", 3, "search: {warm_start: [third]}\n");
        QCOMPARE(ctl.call({QStringLiteral("validate"), good}).code, 0);
    }

    /// What it took stands behind its text: its file is still that of the same experiment.
    void theFileIsThatOfTheExperiment()
    {
        const CtlFixture ctl;
        QCOMPARE(
            ctl.call({QStringLiteral("run"), ctl.experiment(QStringLiteral("first"), reports(0.05), 4)}).code,
            0);
        const QString file =
            ctl.experiment(QStringLiteral("second"), reports(0.05), 4, "search: {warm_start: all}");
        QCOMPARE(ctl.call({QStringLiteral("run"), file}).code, 0);
        ctl.call({QStringLiteral("compare"), file});
        QCOMPARE(ctl.call({QStringLiteral("list"), QStringLiteral("--json")}).array().size(), 2);
    }
};

QTEST_GUILESS_MAIN(TestCtlWarmStart)
#include "tst_ctl_warm_start.moc"
