// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctl_fixture.h"

#include <QTest>

using namespace widthwise::ctl;

namespace {

/// A program with a layer `hidden` whose l1 goes as the width to the power %2 after the first update under
/// μP, steeper by ½ under SP, and a layer `input` that does not grow.
const char* planted =
    "name: %1\n"
    "objective: {metric: loss}\n"
    "trial:\n"
    "  command: |\n"
    "    awk -v width={width} -v name={parametrization} 'BEGIN {{\n"
    "      power = %2 + (name == \"sp\" ? 0.5 : 0)\n"
    "      for (step = 1; step <= 4; ++step) {{\n"
    "        noise = 1 + 0.01 * (width % 5)\n"
    "        hidden = (step > 1 ? 1.07 : 1) * noise * exp((step > 1 ? power : 0) * log(width))\n"
    "        printf \"{{\\\"step\\\":%d,\\\"metrics\\\":{{\\\"loss\\\":1,\\\"coordinate/hidden/l1\\\":%g\", "
    "step, hidden\n"
    "        printf \",\\\"coordinate/input/l1\\\":%g}}}}\\n\", noise\n"
    "      }}\n"
    "    }}' > metrics.jsonl\n"
    "space:\n"
    "  width: {type: categorical, values: [32, 64, 128, 256]}\n"
    "  parametrization: {type: categorical, values: [sp, mup]}\n"
    "search: {algorithm: grid}\n"
    "resources: {parallel: 4}\n";

} // namespace

/// `check`, on programs that record what they are told to and on the bundled trainer.
class TestCtlCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatAProgramRecordedIsJudged_data()
    {
        QTest::addColumn<double>("power");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        QTest::newRow("holds") << 0.0 << 0 << QStringLiteral("✓ μP holds. No layer grows");
        QTest::newRow("fails") << 0.5 << 6 << QStringLiteral("✕ μP fails. The output of hidden grows");
    }

    void whatAProgramRecordedIsJudged()
    {
        QFETCH(double, power);
        QFETCH(int, code);
        QFETCH(QString, said);
        const CtlFixture ctl;
        const QString text = QString::fromUtf8(planted).arg(QStringLiteral("own")).arg(power);
        QCOMPARE(ctl.call({QStringLiteral("run"), ctl.write(QStringLiteral("own.yaml"), text.toUtf8())}).code,
                 0);
        const Answer answer = ctl.call({QStringLiteral("check"), QStringLiteral("own")});
        QVERIFY2(answer.output.contains(said), qPrintable(answer.output + answer.errors));
        QCOMPARE(answer.code, code);
        QVERIFY2(answer.output.contains(QStringLiteral("✕ SP fails")), qPrintable(answer.output));
        const QJsonObject json =
            ctl.call({QStringLiteral("check"), QStringLiteral("own"), QStringLiteral("--json")}).object();
        QCOMPARE(json[QStringLiteral("verdicts")].toArray().size(), 2);
        QCOMPARE(json[QStringLiteral("slopes")].toArray().size(), 16);
        const Answer more =
            ctl.call({QStringLiteral("check"), QStringLiteral("own"), QStringLiteral("--layers")});
        QCOMPARE(more.output.count(QStringLiteral("\nhidden")), 4);
    }

    void aProgramThatRecordsNothingIsToldHow()
    {
        const CtlFixture ctl;
        const QString file = ctl.experiment(QStringLiteral("silent"), reports(0.1), 1);
        const Answer answer = ctl.call({QStringLiteral("check"), file});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.errors.contains(QStringLiteral("coordinate/<layer>/l1")), qPrintable(answer.errors));
        QCOMPARE(ctl.show(QStringLiteral("silent"))[QStringLiteral("state")].toString(),
                 QStringLiteral("draft"));
    }

    void whatCannotBeUnderstoodIsRefused_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* option, const char* value, const char* said) {
            QTest::newRow(option) << QStringList{QString::fromLatin1(option), QString::fromLatin1(value)}
                                  << QString::fromLatin1(said);
        };
        row("--widths", "32,wide", "--widths takes whole numbers");
        row("--seeds", "0", "seeds: expected at least 1");
        row("--steps", "2", "steps: expected at least 3");
        row("--learning-rate", "fast", "--learning-rate takes a number");
        row("--parametrization", "ntk", "got \"ntk\"");
    }

    void whatCannotBeUnderstoodIsRefused()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, said);
        const CtlFixture ctl;
        const QString file = ctl.write(
            QStringLiteral("gn2.yaml"),
            "name: gn2\nobjective: {metric: val/loss}\ntrial: {trainer: {model: gn2, data: gn2.yaml}}\n"
            "space: {max_lr: {type: float, low: 0.1, high: 1}}\nbudget: {trials: 3}\n");
        const Answer answer = ctl.call(QStringList{QStringLiteral("check"), file} + options);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.errors.contains(said), qPrintable(answer.errors));
    }

    void theBundledTrainerIsChecked()
    {
        const QString trainer =
            qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise-trainer");
        if (!QFile::exists(trainer))
            QSKIP("the bundled trainer is not built");
        const CtlFixture ctl;
        const QString jets = ctl.folder() + QStringLiteral("/jets.h5");
        QCOMPARE(QProcess::execute(trainer, {QStringLiteral("simulate"), QStringLiteral("--jets"),
                                             QStringLiteral("600"), QStringLiteral("--out"), jets}),
                 0);
        const QString file = ctl.write(
            QStringLiteral("mlp.yaml"),
            "name: mlp\nobjective: {metric: val/loss}\n"
            "trial: {trainer: {model: mlp, layers: 2, data: jets.h5, batch_size: 100, max_lr: 0.02}}\n"
            "space: {beta1: {type: float, low: 0.8, high: 0.9}}\nresources: {parallel: 2}\nbudget: {trials: "
            "3}\n");
        const Answer answer =
            ctl.call({QStringLiteral("check"), file, QStringLiteral("--widths"), QStringLiteral("32,64,256"),
                      QStringLiteral("--seeds"), QStringLiteral("2"), QStringLiteral("--steps"),
                      QStringLiteral("4"), QStringLiteral("--initial-readout")});
        QVERIFY2(answer.output.startsWith(QStringLiteral("mlp-check: 12 trials of 4 steps, max_lr 0.02")),
                 qPrintable(answer.output + answer.errors));
        QVERIFY2(answer.output.contains(QStringLiteral("✕ SP fails")), qPrintable(answer.output));
        QVERIFY2(answer.code != 6, qPrintable(answer.output)); // μP does not fail
        const QJsonObject check = ctl.show(QStringLiteral("mlp-check"));
        QCOMPARE(check[QStringLiteral("trials")][QStringLiteral("completed")].toInt(), 12);
        const Answer again = ctl.call({QStringLiteral("check"), QStringLiteral("mlp-check")});
        QCOMPARE(again.code, answer.code);
        QVERIFY(answer.output.endsWith(again.output));
        const Answer refused = ctl.call({QStringLiteral("check"), QStringLiteral("mlp-check"),
                                         QStringLiteral("--seeds"), QStringLiteral("3")});
        QCOMPARE(refused.code, 2);
    }
};

QTEST_GUILESS_MAIN(TestCtlCheck)
#include "tst_ctl_check.moc"
