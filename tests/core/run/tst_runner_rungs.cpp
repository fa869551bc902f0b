// SPDX-License-Identifier: GPL-3.0-or-later
// Programs at rungs, driven on this machine: what they write there, and where they begin again.
#include "tests/core/run/runner_fixture.h"

#include <QTest>
#include <algorithm>

using namespace widthwise;

namespace {

/// One trial of three goes on from step 1 to step 3.
const std::string oneRung = "schedule: {type: halving, min_steps: 1, max_steps: 3, run_on: 0}\n";

bool mentions(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestRunnerRungs : public QObject {
    Q_OBJECT

    std::unique_ptr<RunnerFixture> m_fixture;

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<RunnerFixture>(); }

    /// It writes its checkpoint after its report, and a while later.
    void aProgramAtItsRungMayWriteItsCheckpoint()
    {
        const std::string command =
            "s=$(cat \"$WIDTHWISE_CHECKPOINT\" 2>/dev/null || echo 0)\n"
            "    echo begins after $s\n"
            "    while [ $s -lt ${{WIDTHWISE_UNTIL_STEP:-3}} ]; do\n"
            "      s=$((s + 1)); echo '{{\"step\":'$s',\"metrics\":{{\"loss\":{x}}}}}' >>metrics.jsonl\n"
            "    done\n"
            "    sleep 2; echo $s >checkpoint.pt";
        const std::int64_t id = m_fixture->add("slow", RunnerFixture::yaml(command, 3, 3, oneRung));
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        const std::vector<Trial> trials = m_fixture->trials(id);
        const auto promoted = std::ranges::find(trials, TrialState::Completed, &Trial::state);
        QVERIFY(promoted != trials.end());
        QCOMPARE(m_fixture->file(id, promoted->number, trial_file::output),
                 "begins after 0\nbegins after 1\n");
        QVERIFY(promoted->notices.empty());
    }

    void aProgramThatBeginsAgainIsToldOf()
    {
        const std::string command =
            "for s in $(seq ${{WIDTHWISE_UNTIL_STEP:-3}}); do\n"
            "      echo '{{\"step\":'$s',\"metrics\":{{\"loss\":{x}}}}}' >>metrics.jsonl\n"
            "    done";
        const std::int64_t id = m_fixture->add("again", RunnerFixture::yaml(command, 3, 3, oneRung));
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        for (const Trial& trial : m_fixture->trials(id)) {
            const std::string notices = toText(trial.notices);
            QCOMPARE(mentions(notices, "began again at step 0: there was no checkpoint"), trial.attempt == 2);
        }
    }

    /// A copy whose program knows no copies; the population ends all the same. One at a time, so that the
    /// worst is ranked among all.
    void aCopyThatBeginsAgainIsToldOf()
    {
        const std::string command =
            "for s in $(seq ${{WIDTHWISE_UNTIL_STEP:-9}}); do\n"
            "      echo '{{\"step\":'$s',\"metrics\":{{\"loss\":{x}}}}}' >>metrics.jsonl\n"
            "    done";
        const std::int64_t id = m_fixture->add(
            "copies",
            RunnerFixture::yaml(command, 5, 1,
                                "schedule: {type: pbt, min_steps: 3, max_steps: 9, population: 5}\n"));
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        const std::vector<Trial> trials = m_fixture->trials(id);
        QCOMPARE(trials.size(), 7U); // a copy at either rung
        const std::string notices = toText(trials[5].notices);
        QVERIFY2(mentions(notices, "began again at step 0: it was to go on from step 3 of trial "),
                 notices.c_str());
    }
};

QTEST_APPLESS_MAIN(TestRunnerRungs)
#include "tst_runner_rungs.moc"
