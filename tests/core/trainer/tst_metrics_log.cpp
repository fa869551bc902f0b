// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/metrics_log.h"

#include "core/trainer/error.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace widthwise::trainer;

class TestMetricsLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("metrics.jsonl"));
    }

    void aLineFollowsTheProtocol()
    {
        QCOMPARE(
            metricsLine(120, 1.5, 33.1, {{"train/loss", 0.71}, {"val/loss", 2}}),
            std::string(R"({"step":120,"epoch":1.5,"time":33.1,"metrics":{"train/loss":0.71,"val/loss":2}})"
                        "\n"));
    }

    void numbersThatAreNotFiniteAreSpelledOut()
    {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        QCOMPARE(metricsLine(1, 0, 0, {{"a", std::nan("")}, {"b", infinity}, {"c", -infinity}}),
                 std::string(R"({"step":1,"epoch":0,"time":0,"metrics":{"a":NaN,"b":Infinity,"c":-Infinity}})"
                             "\n"));
    }

    void numbersReadBackToTheSameDouble()
    {
        const double value = 0.1 + 0.2;
        const QByteArray line = QByteArray::fromStdString(metricsLine(1, 0, 0, {{"a", value}}));
        const auto from = line.indexOf("\"a\":") + 4;
        QVERIFY(line.mid(from, line.indexOf('}') - from).toDouble() == value);
    }

    void stepsRiseAcrossAttempts()
    {
        writeSteps({1, 2, 5});
        writeSteps({3, 5, 6});
        QCOMPARE(content().count('\n'), 4);
        QVERIFY(content().endsWith(QByteArray::fromStdString(metricsLine(6, 0, 0, {{"a", 6}}))));
    }

    void aTornLineIsEndedAndItsStepWrittenAgain()
    {
        writeSteps({1, 2});
        QFile file(m_path);
        QVERIFY(file.resize(file.size() - 7));
        writeSteps({2, 3});
        const QList<QByteArray> lines = content().split('\n');
        QCOMPARE(lines.size(), 5);
        QCOMPARE(lines[2] + "\n", QByteArray::fromStdString(metricsLine(2, 0, 0, {{"a", 2}})));
    }

    void aFileThatCannotBeWrittenIsNamed()
    {
        try {
            const MetricsLog log("/nowhere/metrics.jsonl");
            QFAIL("opened");
        } catch (const InputError& error) {
            QCOMPARE(QByteArray(error.what()),
                     QByteArray("/nowhere/metrics.jsonl: cannot be written: No such file or directory"));
        }
    }

    void aFullDiskIsAnError()
    {
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, MetricsLog("/dev/full").write(1, 0, 0, {{"a", 1}}));
    }

private:
    void writeSteps(std::initializer_list<int> steps)
    {
        MetricsLog log(m_path.toStdString());
        for (const int step : steps) {
            log.write(step, 0, 0, {{"a", step}});
        }
    }

    QByteArray content() const
    {
        QFile file(m_path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

QTEST_GUILESS_MAIN(TestMetricsLog)
#include "tst_metrics_log.moc"
