// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QFileInfo>
#include <QTest>

using namespace widthwise::ctl;

/// `compare-searches`, on searches that ran.
class TestCtlCompareSearches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_ctl = std::make_unique<CtlFixture>();
        for (const int seed : {1, 2, 3}) {
            const QByteArray more = "seed: " + QByteArray::number(seed) + "\n";
            const QString number = QString::number(seed);
            run(m_ctl->experiment(QStringLiteral("all-") + number, reports(0.1), 6, more));
            run(m_ctl->experiment(QStringLiteral("one-") + number, reports(0.1), 3, more));
        }
        run(m_ctl->write(
            QStringLiteral("other.yaml"),
            "name: other\nobjective: {metric: accuracy}\ntrial: {command: 'echo accuracy={x}', metrics: "
            "{collector: stdout}}\nspace: {x: {type: float, low: 0, high: 1}}\nsearch: {algorithm: random}\n"
            "budget: {trials: 1}\n"));
    }
    void cleanupTestCase() { m_ctl.reset(); }

    void showsBestValuesAgainstWhatTheyCost()
    {
        const Answer answer = call({QStringLiteral("many=all-*"), QStringLiteral("few=one-1,one-2,one-3")});
        QVERIFY2(answer.code == 0, qPrintable(answer.errors));
        for (const char* part : {"best loss, median [quartiles] over seeds", "TRIALS", "DEVICE H", "SECONDS",
                                 "many", "few", "3 pairs"})
            QVERIFY2(answer.output.contains(QLatin1String(part)), qPrintable(answer.output));
        const Answer json = call({QStringLiteral("many=all-*"), QStringLiteral("--json")});
        const QJsonObject search = json.object().value(QStringLiteral("searches")).toArray().at(0).toObject();
        const QJsonArray runs = search.value(QStringLiteral("runs")).toArray();
        QCOMPARE(runs.size(), 3);
        for (const QJsonValue& run : runs) {
            QCOMPARE(run.toObject().value(QStringLiteral("trials")).toInt(), 6);
            double before = 1e9;
            for (const QJsonValue& best : run.toObject().value(QStringLiteral("best")).toArray()) {
                QVERIFY(best.toObject().value(QStringLiteral("value")).toDouble() < before);
                before = best.toObject().value(QStringLiteral("value")).toDouble();
            }
        }
    }

    void drawsAFigure()
    {
        const QString desktop = qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise");
        if (!QFileInfo(desktop).isExecutable())
            QSKIP("the desktop is not built here");
        const QString file = m_ctl->folder() + QStringLiteral("/a figure.svg");
        const QStringList figure{QStringLiteral("many=all-*"), QStringLiteral("few=one-*"),
                                 QStringLiteral("--figure"), file};
        const Answer drawn = call(figure + QStringList{QStringLiteral("--against"), QStringLiteral("time")});
        QVERIFY2(drawn.code == 0, qPrintable(drawn.errors));
        QVERIFY2(drawn.output.contains(QStringLiteral("pairs")), qPrintable(drawn.output));
        QFile svg(file);
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray drawing = svg.readAll();
        QVERIFY(drawing.contains("many") && drawing.contains("few") && drawing.contains("time, "));
        const Answer wrong = call({QStringLiteral("all-1"), QStringLiteral("--figure"),
                                   m_ctl->folder() + QStringLiteral("/a.gif")});
        QCOMPARE(wrong.code, 1);
        QVERIFY2(wrong.errors.contains(QStringLiteral(".svg")), qPrintable(wrong.errors));
    }

    void refusesWhatCannotBeCompared()
    {
        const Answer euros =
            call({QStringLiteral("all-1"), QStringLiteral("--against"), QStringLiteral("euros")});
        QCOMPARE(euros.code, 2);
        QVERIFY2(euros.errors.contains(QStringLiteral("trials, device-hours or time")),
                 qPrintable(euros.errors));
        const Answer other = call({QStringLiteral("all-1"), QStringLiteral("other")});
        QCOMPARE(other.code, 2);
        QVERIFY2(
            other.errors.contains(QStringLiteral("other has another objective, accuracy, than all-1, loss")),
            qPrintable(other.errors));
        for (const char* empty : {"", "all="}) {
            const Answer nothing = call({QLatin1String(empty)});
            QCOMPARE(nothing.code, 2);
            QVERIFY2(nothing.errors.contains(QStringLiteral("names no experiment: write NAME")),
                     qPrintable(nothing.errors));
        }
        QCOMPARE(call({QStringLiteral("none-*")}).code, 3);
        QCOMPARE(call({QStringLiteral("nobody")}).code, 3);
    }

private:
    void run(const QString& file) const
    {
        const Answer answer = m_ctl->call({QStringLiteral("run"), file});
        QVERIFY2(answer.code == 0, qPrintable(answer.errors));
    }
    Answer call(const QStringList& arguments) const
    {
        return m_ctl->call(QStringList{QStringLiteral("compare-searches")} + arguments);
    }

    std::unique_ptr<CtlFixture> m_ctl;
};

QTEST_GUILESS_MAIN(TestCtlCompareSearches)
#include "tst_ctl_compare_searches.moc"
