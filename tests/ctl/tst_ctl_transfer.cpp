// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QFileInfo>
#include <QTest>

#include <csignal>

using namespace widthwise::ctl;

namespace {

const QString json = QStringLiteral("--json");
const QString transfer = QStringLiteral("transfer");

/// Adds the options of a call, written with spaces between them.
QStringList words(const char* text)
{
    return QString::fromLatin1(text).split(QLatin1Char(' '));
}

/// A program whose loss is lower the wider its model and the nearer x is to 0.3, run with three values of x
/// at width
/// 32. It takes `seconds` at any other width.
QByteArray narrowSearch(double seconds)
{
    return "name: small\nobjective: {metric: loss, direction: minimize}\ntrial:\n  command: |\n"
           "    if [ {width} -gt 32 ]; then sleep " +
           QByteArray::number(seconds) +
           "; fi\n    awk -v x={x} -v width={width} 'BEGIN {{\n"
           "      printf \"{{\\\"step\\\":10,\\\"metrics\\\":{{\\\"loss\\\":%g}}}}\\n\", (x - 0.3)^2 + 1 / "
           "width }}'"
           " > metrics.jsonl\n"
           "space:\n  x: [0.1, 0.3, 0.7]\n  width: 32\nsearch: {algorithm: grid}\nresources: {parallel: 3}\n";
}

void runSearch(const CtlFixture& ctl, double seconds = 0)
{
    const Answer run =
        ctl.call({QStringLiteral("run"), ctl.write(QStringLiteral("small.yaml"), narrowSearch(seconds))});
    QVERIFY2(run.code == 0, qPrintable(run.errors));
}

} // namespace

/// `transfer`, on a program of one's own and on the bundled trainer.
class TestCtlTransfer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theBestIsTrainedAtFullWidth()
    {
        const CtlFixture ctl;
        runSearch(ctl);
        const Answer answer = ctl.call(words("transfer small --width 64"));
        QVERIFY2(answer.code == 0, qPrintable(answer.output + answer.errors));
        QVERIFY2(answer.output.contains(QStringLiteral("Trial 1 of small (width 32) at width 64")),
                 qPrintable(answer.output));
        QVERIFY2(answer.output.contains(QStringLiteral("-0.01562")), qPrintable(answer.output));
        QVERIFY(answer.output.contains(QStringLiteral("! Widthwise cannot see")));

        const QString name = QStringLiteral("small-transfer-64");
        const QString origin = QStringLiteral("transferred from small trial 1 (width 32)");
        QCOMPARE(ctl.show(name)[QStringLiteral("origin")].toString(), origin);
        QVERIFY(ctl.call({QStringLiteral("status"), name}).output.contains(origin));
        QVERIFY(ctl.call(words("show small-transfer-64 --trial 0")).output.contains(origin));
        const QStringList list = ctl.call({QStringLiteral("list")}).output.split(QLatin1Char('\n'));
        QVERIFY2(list[0].contains(QStringLiteral("FROM")) &&
                     list[2].trimmed().endsWith(QStringLiteral("small")),
                 qPrintable(list[2]));

        const QJsonObject report = ctl.call({transfer, name, json}).object();
        const QJsonObject pair = report[QStringLiteral("trials")][0].toObject();
        QCOMPARE(pair[QStringLiteral("narrow")][QStringLiteral("trial")].toInt(), 1);
        QCOMPARE(pair[QStringLiteral("narrow")][QStringLiteral("objective")].toDouble(), 0.03125);
        QCOMPARE(pair[QStringLiteral("wide")][QStringLiteral("objective")].toDouble(), 0.015625);
        QCOMPARE(pair[QStringLiteral("wide")][QStringLiteral("width")].toInt(), 64);
        QCOMPARE(ctl.call({transfer, QStringLiteral("small"), json}).array().size(), 1);
        const QJsonObject exported = ctl.call({QStringLiteral("export"), name, json}).object();
        QCOMPARE(exported[QStringLiteral("width")].toInt(), 64);
        QCOMPARE(exported[QStringLiteral("x")].toDouble(), 0.3);
    }

    void theBestFewKeepTheirValues()
    {
        const CtlFixture ctl;
        runSearch(ctl);
        const Answer answer = ctl.call(words("transfer small --width 128 --top 2 --json"));
        QVERIFY2(answer.code == 0, qPrintable(answer.output + answer.errors));
        const QByteArray last = answer.output.trimmed().split(QLatin1Char('\n')).last().toUtf8();
        const QJsonObject event = QJsonDocument::fromJson(last).object();
        const QJsonArray pairs = event[transfer][QStringLiteral("trials")].toArray();
        QCOMPARE(pairs.size(), 2);
        QCOMPARE(pairs[0][QStringLiteral("narrow")][QStringLiteral("trial")].toInt(), 1);
        QCOMPARE(pairs[1][QStringLiteral("narrow")][QStringLiteral("trial")].toInt(), 0);
        for (const QJsonValue& pair : pairs)
            QCOMPARE(pair[QStringLiteral("difference")].toDouble(), 1. / 128 - 1. / 32);
    }

    void aKilledDriverForgetsNothing()
    {
        const CtlFixture ctl;
        runSearch(ctl, 1.5);
        const QString name = QStringLiteral("small-transfer-64");
        QCOMPARE(ctl.call(words("transfer small --width 64 --trial 2 --detach")).code, 0);
        QTRY_COMPARE_WITH_TIMEOUT(ctl.count(name, QStringLiteral("running")), 1, 20'000);
        const QJsonObject before = ctl.show(name);
        ::kill(pid_t(before[QStringLiteral("driver")][QStringLiteral("pid")].toInt()), SIGKILL);
        const Answer resumed = ctl.call({QStringLiteral("resume"), name});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.output + resumed.errors));
        const QJsonObject after = ctl.show(name);
        QCOMPARE(after[QStringLiteral("origin")].toString(),
                 QStringLiteral("transferred from small trial 2 (width 32)"));
        const QJsonArray trials = after[QStringLiteral("trial_list")].toArray();
        QCOMPARE(trials.size(), 1);
        QCOMPARE(trials[0][QStringLiteral("attempt")].toInt(), 1);
        QCOMPARE(trials[0][QStringLiteral("objective")].toDouble(), 0.16 + 1. / 64);
    }

    void nothingIsMadeByADryRun()
    {
        const CtlFixture ctl;
        runSearch(ctl);
        const QJsonObject plan = ctl.call(words("transfer small --width 64 --dry-run --json")).object();
        QCOMPARE(plan[QStringLiteral("config")][QStringLiteral("width")].toInt(), 64);
        QCOMPARE(ctl.call({QStringLiteral("list"), json}).array().size(), 1);
    }

    void whatCannotBeTransferredIsRefused_data()
    {
        QTest::addColumn<QString>("call");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* call, int code, const char* said) {
            QTest::newRow(call) << QString::fromLatin1(call) << code << QString::fromLatin1(said);
        };
        row("transfer small", 2, "transfer small --store");
        row("transfer small --width 32", 2, "expected more than 32, the width of trial 1");
        row("transfer small --width 64 --trial 9", 3, "no trial 9");
        row("transfer small --width 64 --trial 1 --top 2", 2, "not both");
        row("transfer small --width 64 --epochs many", 2, "--epochs takes a number");
        row("transfer small --width 64 --steps 5", 2, "settings of the bundled trainer");
        row("transfer smal --width 64", 3, "did you mean \"small\"?");
    }
    void whatCannotBeTransferredIsRefused()
    {
        QFETCH(QString, call);
        QFETCH(int, code);
        QFETCH(QString, said);
        if (!m_refusals) {
            m_refusals = std::make_unique<CtlFixture>();
            runSearch(*m_refusals);
        }
        const Answer answer = m_refusals->call(call.split(QLatin1Char(' ')));
        QVERIFY2(answer.errors.contains(said), qPrintable(answer.errors));
        QCOMPARE(answer.code, code);
    }

    void theTrainerGrowsItsModel()
    {
        const QString trainer =
            qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise-trainer");
        if (!QFileInfo::exists(trainer))
            QSKIP("the bundled trainer is not built");
        const CtlFixture ctl;
        QCOMPARE(QProcess::execute(trainer, {QStringLiteral("simulate"), QStringLiteral("--jets"),
                                             QStringLiteral("600"), QStringLiteral("--out"),
                                             ctl.folder() + QStringLiteral("/jets.h5")}),
                 0);
        const QString file = ctl.write(
            QStringLiteral("gn2.yaml"),
            "name: gn2\nobjective: {metric: val/loss}\n"
            "trial:\n  trainer: {model: gn2, width: 16, base_width: 16, heads: 4, layers: 1, steps: 4,"
            " batch_size: 50, data: jets.h5}\n"
            "space: {max_lr: [0.01, 0.02]}\nsearch: {algorithm: grid}\nresources: {parallel: 2}\n");
        const Answer run = ctl.call({QStringLiteral("run"), file});
        QVERIFY2(run.code == 0, qPrintable(run.output + run.errors));
        const Answer answer = ctl.call(words("transfer gn2 --width 32"));
        QVERIFY2(answer.code == 0, qPrintable(answer.output + answer.errors));
        QVERIFY2(answer.output.contains(QStringLiteral("base width 16")), qPrintable(answer.output));
        const QJsonObject exported = ctl.call(words("export gn2-transfer-32 --json")).object();
        QCOMPARE(exported[QStringLiteral("width")].toInt(), 32);
        QCOMPARE(exported[QStringLiteral("base_width")].toInt(), 16);
        QVERIFY(exported[QStringLiteral("max_lr")].toDouble() > 0);
    }

    void cleanupTestCase() { m_refusals.reset(); }

private:
    std::unique_ptr<CtlFixture> m_refusals;
};

QTEST_GUILESS_MAIN(TestCtlTransfer)
#include "tst_ctl_transfer.moc"
