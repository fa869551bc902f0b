// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/progress_text.h"

#include "app/ctl/run_display.h"

#include <QTest>

#include <iostream>
#include <sstream>

using namespace widthwise;
using namespace widthwise::ctl;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1'000'000s};
const Terminal utf8{false, false, true, 80};

Trial trial(int number, TrialState state)
{
    Trial made;
    made.number = number;
    made.state = state;
    made.created = start;
    made.configuration = Configuration({{"lr", 0.1}});
    if (state == TrialState::Pending || state == TrialState::Queued)
        return made;
    made.started = start;
    made.device = "cuda:1";
    made.objective = 0.5 + number;
    made.objectiveStep = 40;
    made.lastStep = 50;
    if (isFinal(state))
        made.finished = start + 60s;
    return made;
}

Experiment experiment()
{
    Experiment made;
    made.name = "gn2";
    made.objective.metric = "val/loss";
    made.space = SearchSpace({Parameter{"lr", FloatRange{}, {}, {}}});
    made.budget.trials = 4;
    return made;
}

std::string text(const Line& line)
{
    return rendered(line, utf8);
}

} // namespace

class TestProgressText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noticesAreSummedByKind()
    {
        std::vector<Trial> trials{trial(0, TrialState::Completed), trial(1, TrialState::Running),
                                  trial(2, TrialState::Completed)};
        QVERIFY(noticeLines(trials).empty());
        trials[1].notices = {{Notice::Kind::OutOfOrder, 3, "loss", "step 3", " after 9"}};
        trials[2].notices = {{Notice::Kind::OutOfOrder, 4, "loss", "step 1", " after 2"},
                             {Notice::Kind::Unread, 1, "metrics.jsonl", "line 2", "oops"}};
        const std::vector<Line> lines = noticeLines(trials);
        QCOMPARE(lines.size(), 2U);
        QCOMPARE(text(lines[0]),
                 std::string("trial 2: line 2 of metrics.jsonl could not be read and was skipped: oops"));
        QCOMPARE(text(lines[1]).substr(0, 60),
                 std::string("2 trials, the first is trial 1: 7 values came out of order a"));
    }

    void theBarFillsUp()
    {
        QCOMPARE(bar(0, 4, {}).text, std::string("...."));
        QCOMPARE(bar(0.5, 4, {}).text, std::string("##.."));
        QCOMPARE(bar(0.99, 4, {}).text, std::string("###."));
        QCOMPARE(bar(1, 4, {}).text, std::string("####"));
        QCOMPARE(bar(7, 2, utf8).text, std::string("██"));
    }

    void progressCountsWhatHasEnded()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Completed), trial(1, TrialState::Failed),
                                        trial(2, TrialState::Running)};
        const Experiment made = experiment();
        const Moment moment{made, ExperimentState::Running, trials, start + 90s, {}};
        QCOMPARE(text(progressLine(moment, utf8)),
                 std::string("████████████░░░░░░░░░░░░  2/4  ✓ 1  ✕ 1  ▶ 1  1 min, about 1 min left"));
        QCOMPARE(text(bestLine(moment)), std::string("best  val/loss 0.5 at step 40, trial 0: lr 0.1"));
    }

    void withoutALimitThereIsNoBar()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Completed)};
        Experiment made = experiment();
        made.budget.trials.reset();
        QCOMPARE(text(progressLine({made, ExperimentState::Running, trials, start + 60s, {}}, utf8)),
                 std::string("1 trial ended  ✓ 1  1 min"));
    }

    void whatRunsIsListedUpToALimit()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Completed), trial(1, TrialState::Running),
                                        trial(2, TrialState::Queued), trial(3, TrialState::Running)};
        const Experiment made = experiment();
        const std::vector<Line> lines =
            activeLines({made, ExperimentState::Running, trials, start + 30s, {}}, utf8, 2);
        QCOMPARE(lines.size(), std::size_t(3));
        QCOMPARE(text(lines[0]), std::string("▶  1   30 s  step 50  1.5  lr 0.1"));
        QCOMPARE(text(lines[1]), std::string("○  2  waits                lr 0.1"));
        QCOMPARE(text(lines[2]), std::string("and 1 more"));
    }

    void whatWaitsSaysWhy()
    {
        std::vector<Trial> trials{trial(0, TrialState::Queued)};
        const Experiment made = experiment();
        const auto display = plainDisplay(utf8, trials, false);
        std::ostringstream said;
        std::streambuf* const terminal = std::cout.rdbuf(said.rdbuf());
        for (const char* reason : {"waits in the queue: 12th of 30", "waits in the queue: 9th of 28",
                                   "will never start: too long"}) {
            trials[0].reason = reason;
            display->show({made, ExperimentState::Running, trials, start, {}});
        }
        std::cout.rdbuf(terminal);
        QCOMPARE(said.str(), "trial 0 waits in the queue: 12th of 30\ntrial 0 will never start: too long\n");
        QVERIFY(text(activeLines({made, ExperimentState::Running, trials, start, {}}, utf8, 2)[0])
                    .ends_with("will never start: too long"));
    }

    void changesAreToldInWords()
    {
        std::vector<Trial> trials{trial(0, TrialState::Completed), trial(1, TrialState::Failed),
                                  trial(2, TrialState::Running), trial(3, TrialState::Diverged)};
        trials[1].objective.reset();
        trials[1].reason = "exit code 1: \033[31mno data";
        trials[3].reason = "val/loss became NaN at step 50";
        const Experiment made = experiment();
        const Moment moment{made, ExperimentState::Running, trials, start + 70s, {}};
        const auto change = [&](std::size_t i) { return text(changeLine(moment, trials[i], utf8)); };
        QCOMPARE(change(0),
                 std::string("✓ trial 0 completed in 1 min: val/loss 0.5 at step 40, best so far  (lr 0.1)"));
        QCOMPARE(change(1), std::string("✕ trial 1 failed after 1 min: exit code 1: [31mno data"));
        trials[1].finished = trials[1].started;
        QCOMPARE(change(1), std::string("✕ trial 1 failed at once: exit code 1: [31mno data"));
        QCOMPARE(change(2), std::string("▶ trial 2 started on cuda:1  (lr 0.1)"));
        QCOMPARE(change(3),
                 std::string("∞ trial 3 diverged after 1 min: val/loss became NaN at step 50  (lr 0.1)"));
    }

    void eachChangeIsToldOnce()
    {
        std::vector<Trial> trials{trial(0, TrialState::Completed), trial(1, TrialState::Running)};
        TrialChanges changes(trials);
        QVERIFY(changes.next(trials).empty());
        trials[1].state = TrialState::Failed;
        trials.push_back(trial(2, TrialState::Queued));
        const std::vector<const Trial*> changed = changes.next(trials);
        QCOMPARE(changed, (std::vector<const Trial*>{&trials[1], &trials[2]}));
        QVERIFY(changes.next(trials).empty());
        trials[1].attempt = 2;
        QCOMPARE(changes.next(trials).size(), std::size_t(1));
    }

    void signsAreAsciiWhereTheyMustBe()
    {
        const std::vector<Trial> trials{trial(0, TrialState::Completed), trial(1, TrialState::Diverged)};
        QCOMPARE(rendered(countsLine(trials, {}), {}), std::string("+ 1  ~ 1"));
    }
};

QTEST_GUILESS_MAIN(TestProgressText)
#include "tst_progress_text.moc"
