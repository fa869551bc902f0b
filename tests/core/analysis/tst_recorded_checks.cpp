// SPDX-License-Identifier: GPL-3.0-or-later
// Verdicts on what the trainer recorded. The first line of each file in `recorded` holds the settings, to
// which each trial adds its width and seed; the jets are those of `widthwise-trainer simulate --jets 100`.
#include "core/analysis/coordinate_check.h"

#include <QFile>
#include <QTest>

using namespace widthwise;

namespace {

CheckRecords recorded(const QString& name)
{
    QFile file(QFINDTESTDATA("recorded") + QLatin1Char('/') + name + QStringLiteral(".csv"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    CheckRecords records;
    records.model = {.headsGrow = !lines.first().contains("head_width"),
                     .readoutBias = false,
                     .sgd = lines.first().contains("sgd")};
    for (const QByteArray& line : lines.mid(2)) {
        const QList<QByteArray> cells = line.split(',');
        const CoordinateRecord record{cells[0].toStdString(), cells[1].toLongLong(),  cells[2].toLongLong(),
                                      cells[3].toLongLong(),  cells[4].toStdString(), cells[5].toDouble()};
        if (record.layer == "loss")
            records.losses.push_back(
                {record.parametrization, record.width, record.seed, record.t, record.l1});
        else
            records.coordinates.push_back(record);
    }
    return records;
}

} // namespace

class TestRecordedChecks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void judgesWhatWasRecorded_data()
    {
        QTest::addColumn<int>("result");
        QTest::addColumn<QStringList>("layers");
        QTest::addColumn<QString>("cause");
        const auto fails = int(CheckResult::Fails);
        QTest::newRow("mlp-mup") << int(CheckResult::Holds) << QStringList() << QString();
        QTest::newRow("gn2-mup") << int(CheckResult::Holds) << QStringList() << QString();
        QTest::newRow("gn2-eight-heads")
            << int(CheckResult::TooLittle) << QStringList{QStringLiteral("encoder.1.attention.logits")}
            << QStringLiteral("seeds in place of 3");
        QTest::newRow("mlp-sp") << fails << QStringList{QStringLiteral("readout")}
                                << QStringLiteral("standard parametrization");
        QTest::newRow("gn2-sp") << fails << QStringList{QStringLiteral("encoder.readout")}
                                << QStringLiteral("standard parametrization");
        QTest::newRow("mlp-multipliers-lost")
            << fails << QStringList{QStringLiteral("hidden.1"), QStringLiteral("hidden.2")}
            << QStringLiteral("multipliers are lost");
        QTest::newRow("gn2-multipliers-lost")
            << fails << QStringList{QStringLiteral("encoder.0.attention.out")}
            << QStringLiteral("multipliers are lost");
        QTest::newRow("mlp-diverged") << fails << QStringList() << QStringLiteral("standard parametrization");
        QTest::newRow("gn2-attention")
            << fails << QStringList{QStringLiteral("encoder.0.attention.logits")} << QStringLiteral("1/√d");
        QTest::newRow("gn2-attention-at-start")
            << fails << QStringList{QStringLiteral("encoder.0.attention.logits")} << QStringLiteral("1/√d");
        QTest::newRow("gn2-heads-grow") << int(CheckResult::Holds) << QStringList() << QString();
        QTest::newRow("mlp-multipliers-lost-unmoved")
            << int(CheckResult::Unclear) << QStringList() << QStringLiteral("higher learning rate");
        QTest::newRow("mlp-too-high")
            << int(CheckResult::Unclear) << QStringList() << QStringLiteral("learning rate is too high");
    }

    void judgesWhatWasRecorded()
    {
        QFETCH(int, result);
        QFETCH(QStringList, layers);
        QFETCH(QString, cause);
        const auto verdicts = analyze(recorded(QString::fromUtf8(QTest::currentDataTag()))).verdicts;
        QCOMPARE(verdicts.size(), std::size_t{1});
        const CheckVerdict& verdict = verdicts.front();
        const std::string text = verdict.sentence + " " + verdict.cause;
        QVERIFY2(int(verdict.result) == result, text.c_str());
        QVERIFY2(layers.isEmpty() || layers.contains(QString::fromStdString(verdict.layer)), text.c_str());
        QVERIFY2(QString::fromStdString(verdict.cause).contains(cause), text.c_str());
        QCOMPARE(verdict.cause.empty(), cause.isEmpty());
    }

    void tellsWhichWidthDiverged()
    {
        const auto verdicts = analyze(recorded(QStringLiteral("mlp-diverged"))).verdicts;
        QCOMPARE(verdicts.at(0).divergedAt, std::int64_t{256});
        QVERIFY2(verdicts[0].sentence.find("Width 256 diverged") != std::string::npos,
                 verdicts[0].sentence.c_str());
    }
};

QTEST_APPLESS_MAIN(TestRecordedChecks)
#include "tst_recorded_checks.moc"
