// SPDX-License-Identifier: GPL-3.0-or-later
// A search whose driver is killed at random moments tries what the undisturbed one tries, to the last bit:
// with every search algorithm, and with every scheduler whose trials pause by themselves. (Where the
// scheduler stops a running trial, what that reports until it ends depends on the machine.)
#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "tests/core/run/runner_fixture.h"
#include "tests/system/driver_process.h"

#include <QTest>

#include <random>

using namespace widthwise;

namespace {

constexpr int trialCount = 14;
constexpr int kills = 3;

/// Nine reports, or those up to the rung; a fifth of the plane diverges.
const char* const program = R"sh(
    step=$(cat metrics.jsonl 2>/dev/null | wc -l)
    while [ $step -lt ${{WIDTHWISE_UNTIL_STEP:-9}} ]; do
      step=$((step + 1))
      loss=$(awk -v x={x} -v y={y} -v n=$step 'BEGIN {{
        if (x > 0.8) print "NaN"; else printf "%.17g", (x - 0.3) ^ 2 + (y - 0.6) ^ 2 + x / n }}')
      echo '{{"step":'$step',"metrics":{{"loss":'$loss'}}}}' >> metrics.jsonl
      [ $loss != NaN ] || break
    done)sh";

const std::string everyRung = "min_steps: 1, max_steps: 9, eta: 3";

/// What was decided for each trial, and what it gave.
QStringList recordOf(const std::vector<Trial>& trials)
{
    QStringList lines;
    for (const Trial& trial : trials) {
        const auto stateText = std::string(toText(trial.state));
        lines += QString::fromStdString(toJson(trial.configuration) + ' ' + stateText) +
                 QStringLiteral(" bracket %1 rung %2 step %3 value %4")
                     .arg(trial.bracket)
                     .arg(trial.rung)
                     .arg(trial.lastStep.value_or(-1))
                     .arg(trial.objective.value_or(-1), 0, 'g', 17);
    }
    return lines;
}

} // namespace

class TestKilledSearch : public QObject {
    Q_OBJECT

    RunnerFixture m_fixture;

    std::int64_t add(const QString& name, const QString& search, const QString& schedule)
    {
        const QString yaml = QStringLiteral("name: %1\n"
                                            "objective: {metric: loss, direction: minimize}\n"
                                            "trial:\n"
                                            "  command: |-%2\n"
                                            "space:\n"
                                            "  x: {type: float, low: 0, high: 1}\n"
                                            "  y: {type: float, low: 0.1, high: 1, scale: log}\n"
                                            "search: {%3}\n"
                                            "schedule: {%4}\n"
                                            "resources: {parallel: 1, cpus: 1}\n"
                                            "budget: {trials: %5, failed_trials: %5}\n"
                                            "seed: 11\n");
        return m_fixture.add(
            name.toStdString(),
            yaml.arg(name, QLatin1String(program), search, schedule).arg(trialCount).toStdString());
    }

    void driveKilledAtTimes(std::int64_t experiment, std::mt19937& random)
    {
        std::uniform_int_distribution<int> lifetime(20, 150);
        for (int killed = 0;; ++killed) {
            DriverProcess driver(
                QStringLiteral(DRIVE_EXPERIMENT),
                {QString::fromStdString(m_fixture.storeFile()), QString::number(experiment)});
            const int exitCode = driver.wait(killed < kills ? lifetime(random) : 120'000);
            if (exitCode >= 0) {
                QVERIFY2(exitCode == 0, driver.output().constData());
                QVERIFY2(killed > 0, "the search ended before its driver could be killed");
                return;
            }
            driver.killNow();
        }
    }

private Q_SLOTS:
    void triesTheSame_data()
    {
        QTest::addColumn<QString>("search");
        QTest::addColumn<QString>("schedule");
        for (const AlgorithmDescription& algorithm : searchAlgorithms()) {
            QString search = QStringLiteral("algorithm: ") + QString::fromStdString(algorithm.id);
            if (algorithm.source == AlgorithmDescription::Source::Grid)
                search += QStringLiteral(", points: 4");
            if (algorithm.source == AlgorithmDescription::Source::List)
                search += QStringLiteral(", configurations: [") +
                          QStringLiteral("{x: 0.7, y: 0.2}, {x: 0.9, y: 0.3}, ").repeated(trialCount / 2) +
                          u']';
            if (algorithm.source == AlgorithmDescription::Source::Program)
                search += QStringLiteral(", command: '" WIDTHWISECTL " suggest --stdio'");
            if (algorithm.id == "evolution")
                search += QStringLiteral(", population: 5, sample: 2");
            QTest::newRow(algorithm.id.c_str()) << search << QStringLiteral("type: none");
        }
        for (const char* type : {"asha", "halving", "hyperband"})
            QTest::newRow(type) << QStringLiteral("algorithm: auto")
                                << QStringLiteral("type: %1, ").arg(QLatin1String(type)) +
                                       QString::fromStdString(everyRung);
    }

    void triesTheSame()
    {
        QFETCH(QString, search);
        QFETCH(QString, schedule);
        const QString name = QString::fromLatin1(QTest::currentDataTag());
        const std::int64_t whole = add(name + QStringLiteral("-whole"), search, schedule);
        QCOMPARE(m_fixture.drive(whole), ExperimentState::Completed);
        const std::int64_t killed = add(name + QStringLiteral("-killed"), search, schedule);
        const unsigned seed = std::random_device{}();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        driveKilledAtTimes(killed, random);
        QCOMPARE(m_fixture.record(killed).state, ExperimentState::Completed);
        const QStringList expected = recordOf(m_fixture.trials(whole));
        QVERIFY(expected.size() >= 9);
        QCOMPARE(!expected.filter(QStringLiteral("rung 1")).isEmpty(),
                 schedule.contains(QStringLiteral("eta")));
        QCOMPARE(recordOf(m_fixture.trials(killed)), expected);
    }
};

QTEST_GUILESS_MAIN(TestKilledSearch)
#include "tst_killed_search.moc"
