// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/runner/runner_fixture.h"

#include <QTest>
#include <algorithm>
#include <chrono>
#include <thread>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

const std::string reportX = R"(echo '{{"step":1,"metrics":{{"loss":'{x}'}}}' >> metrics.jsonl)";

} // namespace

class TestRunner : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drivesShellCommandsToTheEnd()
    {
        RunnerFixture fixture;
        const std::int64_t id = fixture.add("basic", RunnerFixture::yaml(reportX, 5, 2));
        QCOMPARE(fixture.drive(id), ExperimentState::Completed);

        const std::vector<Trial> trials = fixture.trials(id);
        QCOMPARE(trials.size(), 5U);
        for (const Trial& trial : trials) {
            QCOMPARE(trial.state, TrialState::Completed);
            QCOMPARE(trial.attempt, 1);
            QCOMPARE(trial.device, "cpu");
            QCOMPARE(*trial.objective, std::get<double>(*trial.configuration.find("x")));
            QCOMPARE(fixture.points(id, trial.number, "loss").size(), 1U);
        }
        const ExperimentRecord record = fixture.record(id);
        QCOMPARE(record.state, ExperimentState::Completed);
        QVERIFY(record.finished.has_value());
    }
};

QTEST_APPLESS_MAIN(TestRunner)
#include "tst_runner.moc"
