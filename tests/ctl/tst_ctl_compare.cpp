// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QTest>

using namespace widthwise::ctl;

namespace {

/// A program whose best learning rate is 2^-7 under μP and 2^-7 · 32 / width under SP, and which diverges
/// from 2^-3 on.
const QByteArray planted =
    "name: own\nobjective: {metric: loss}\ntrial:\n  command: |\n"
    "    awk -v w={width} -v p={parametrization} -v r={lr} 'BEGIN {{\n"
    "      u = log(r) / log(2) + 7 + (p == \"sp\" ? log(w / 32) / log(2) : 0)\n"
    "      loss = log(r) / log(2) > -3.5 ? \"NaN\" : 1 - w / 1000 + 0.1 * u * u\n"
    "      printf \"{{\\\"step\\\":1,\\\"metrics\\\":{{\\\"loss\\\":%s,\\\"train/loss\\\":2}}}}\\n\", loss\n"
    "    }}' > metrics.jsonl\n"
    "space:\n  width: {type: categorical, values: [32, 64]}\n"
    "  parametrization: {type: categorical, values: [mup, sp]}\n"
    "  lr: {type: categorical, values: [0.001953125, 0.00390625, 0.0078125, 0.015625, 0.125]}\n"
    "search: {algorithm: grid}\nresources: {parallel: 4}\n";

const QString name = QStringLiteral("own");
const QString compare = QStringLiteral("compare");

} // namespace

/// `compare`, on a program that does what it is told.
class TestCtlCompare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_ctl = std::make_unique<CtlFixture>();
        const QString file = m_ctl->write(QStringLiteral("own.yaml"), planted);
        QCOMPARE(m_ctl->call({QStringLiteral("run"), file}).code, 0);
    }
    void cleanupTestCase() { m_ctl.reset(); }

    void theOptimaAreShown()
    {
        const Answer answer = m_ctl->call({compare, name});
        QCOMPARE(answer.code, 0);
        QVERIFY2(answer.output.contains(QStringLiteral("Under SP the best learning rate falls")),
                 qPrintable(answer.output));
        QVERIFY2(answer.output.contains(QStringLiteral("Under μP the best learning rate stays")),
                 qPrintable(answer.output));
        QVERIFY2(answer.output.contains(QStringLiteral("Under μP wider is better: loss at the best learning "
                                                       "rate tried goes from 0.968 at width 32 to 0.936")),
                 qPrintable(answer.output));
        QVERIFY2(answer.output.contains(QStringLiteral("1 of 5 diverged")), qPrintable(answer.output));
        const QStringList csv =
            m_ctl->call({compare, name, QStringLiteral("--csv")}).output.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(csv.size(), 5);
        QVERIFY2(csv[1].startsWith(QStringLiteral("sp,32,0.0078125,")), qPrintable(csv[1]));
    }

    void jsonHasAllPoints()
    {
        const QJsonObject json = m_ctl->call({compare, name, QStringLiteral("--json")}).object();
        const QJsonArray curves = json[QStringLiteral("curves")].toArray();
        QCOMPARE(curves.size(), 4);
        QCOMPARE(curves[0][QStringLiteral("points")].toArray().size(), 5);
        QCOMPARE(curves[0][QStringLiteral("points")][4][QStringLiteral("diverged")].toInt(), 1);
        const QJsonArray drifts = json[QStringLiteral("drifts")].toArray();
        QCOMPARE(drifts[0][QStringLiteral("result")].toString(), QStringLiteral("moves"));
        QVERIFY(std::abs(drifts[0][QStringLiteral("octaves_per_doubling")].toDouble() + 1) < 1e-6);
        QCOMPARE(drifts[1][QStringLiteral("result")].toString(), QStringLiteral("stays"));
    }

    void anotherMetricCanBeAsked()
    {
        const QJsonObject json = m_ctl
                                     ->call({compare, name, QStringLiteral("--metric"),
                                             QStringLiteral("train/loss"), QStringLiteral("--json")})
                                     .object();
        QCOMPARE(json[QStringLiteral("metric")].toString(), QStringLiteral("train/loss"));
        QVERIFY(json[QStringLiteral("smoothed")].toBool());
        QCOMPARE(
            json[QStringLiteral("curves")][0][QStringLiteral("points")][0][QStringLiteral("loss")].toDouble(),
            2.0);
        const Answer none =
            m_ctl->call({compare, name, QStringLiteral("--metric"), QStringLiteral("absent")});
        QCOMPARE(none.code, 1);
        QVERIFY2(none.errors.contains(QStringLiteral("has a value of absent")), qPrintable(none.errors));
    }

    void whatIsNoSweepIsMadeOne()
    {
        QByteArray text = planted;
        text.replace("name: own", "name: single")
            .replace("values: [32, 64]", "values: [32]")
            .replace("[0.001953125, 0.00390625, 0.0078125, 0.015625, 0.125]", "[0.0078125]");
        const QString file = m_ctl->write(QStringLiteral("single.yaml"), text);
        const Answer refused = m_ctl->call({compare, file});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.errors.contains(QStringLiteral("the same learning rate")) &&
                     refused.errors.contains(QStringLiteral("compare single")) &&
                     refused.errors.contains(QStringLiteral("--run makes a sweep of it")),
                 qPrintable(refused.errors));
        const Answer answer =
            m_ctl->call({compare, QStringLiteral("single"), QStringLiteral("--run"),
                         QStringLiteral("--widths"), QStringLiteral("32,64,128"), QStringLiteral("--rates"),
                         QStringLiteral("0.00048828125..0.015625")});
        QCOMPARE(answer.code, 0);
        QVERIFY2(answer.output.startsWith(QStringLiteral("single-sweep: 36 trials\n")),
                 qPrintable(answer.output));
        QVERIFY2(answer.output.contains(QStringLiteral("Under SP the best learning rate falls")),
                 qPrintable(answer.output));
        QCOMPARE(m_ctl->count(QStringLiteral("single-sweep"), QStringLiteral("completed")), 36);
    }

    void whatCannotBeUnderstoodIsRefused_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* what, const QStringList& options, const char* said) {
            QTest::newRow(what) << options << QString::fromLatin1(said);
        };
        const QString run = QStringLiteral("--run");
        const QString rates = QStringLiteral("--rates");
        row("without run", {QStringLiteral("--widths"), QStringLiteral("32")}, "for a new sweep, with --run");
        row("widths", {run, QStringLiteral("--widths"), QStringLiteral("wide")}, "--widths takes whole");
        row("rates", {run, rates, QStringLiteral("fast")}, "--rates takes numbers");
        row("range", {run, rates, QStringLiteral("1..")}, "--rates takes numbers");
        row("two rates", {run, rates, QStringLiteral("1,2")}, "learning rates: expected at least 3");
        row("seeds", {run, QStringLiteral("--seeds"), QStringLiteral("2")}, "no parameter seed");
    }

    void whatCannotBeUnderstoodIsRefused()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, said);
        const Answer answer = m_ctl->call(QStringList{compare, name} + options);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.errors.contains(said), qPrintable(answer.errors));
    }

private:
    std::unique_ptr<CtlFixture> m_ctl;
};

QTEST_GUILESS_MAIN(TestCtlCompare)
#include "tst_ctl_compare.moc"
