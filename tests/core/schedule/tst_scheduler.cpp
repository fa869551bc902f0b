// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/schedulers.h"

#include <QFile>
#include <QTest>

#include <stdexcept>

using namespace widthwise;

namespace {

/// A scheduler and the history that it decides from.
class Reports {
public:
    explicit Reports(std::unique_ptr<Scheduler> scheduler) : m_scheduler(std::move(scheduler)) {}

    Decision report(std::size_t trial, std::int64_t step, double value)
    {
        while (m_history.size() <= trial)
            m_history.emplace_back();
        m_history.change(trial).reports.push_back({step, value});
        return m_scheduler->judge(m_history, trial).decision;
    }
    void restart(std::size_t trial)
    {
        PastTrial& past = m_history.change(trial);
        past.reports.clear();
        ++past.generation;
    }

private:
    std::unique_ptr<Scheduler> m_scheduler;
    History m_history;
};

Reports medianRule(int minTrials, std::int64_t graceSteps = 0, Direction direction = Direction::Minimize)
{
    return Reports(makeScheduler({"median", {{"grace_steps", double(graceSteps)}, {"min_trials", minTrials}}},
                                 {.direction = direction}));
}

} // namespace

class TestScheduler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theReadmeShowsTheTable()
    {
        QFile file(QStringLiteral(SOURCE_FOLDER "/README.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        const QString heading = QStringLiteral("| `type` | what becomes of trials |\n|---|---|\n");
        QString expected = heading;
        for (const SchedulerDescription& scheduler : schedulers())
            expected += QString::fromStdString("| `" + scheduler.id + "` | " + scheduler.help + " |\n");
        const qsizetype begin = text.indexOf(heading);
        QCOMPARE(text.mid(begin, text.indexOf(QStringLiteral("\n\n"), begin) + 1 - begin), expected);
    }

    void noneNeverStops()
    {
        Reports scheduler(makeScheduler({}, {}));
        for (std::size_t trial = 0; trial < 10; ++trial)
            QVERIFY(scheduler.report(trial, 1, double(trial)) == Decision::Continue);
    }

    /// Running averages at step 2 are 2, 3 and 4; the median is 3.
    void theBestSoFarIsComparedWithTheMedianOfAverages_data()
    {
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("second");
        QTest::addColumn<bool>("stops");
        QTest::newRow("worse") << 9.0 << 3.1 << true;
        QTest::newRow("equal") << 9.0 << 3.0 << false;
        QTest::newRow("better") << 9.0 << 2.9 << false;
        QTest::newRow("was better earlier") << 2.0 << 9.0 << false;
    }
    void theBestSoFarIsComparedWithTheMedianOfAverages()
    {
        QFETCH(double, first);
        QFETCH(double, second);
        QFETCH(bool, stops);
        for (const Direction direction : {Direction::Minimize, Direction::Maximize}) {
            const double sign = direction == Direction::Minimize ? 1 : -1;
            auto scheduler = medianRule(3, 2, direction);
            const double curves[3][3] = {{3, 1, 100}, {4, 2, 100}, {7, 1, 100}};
            for (std::size_t trial = 0; trial < 3; ++trial)
                for (int step = 1; step <= 3; ++step)
                    scheduler.report(trial, step, sign * curves[trial][step - 1]);
            QVERIFY(scheduler.report(3, 1, sign * first) == Decision::Continue);
            QCOMPARE(scheduler.report(3, 2, sign * second) == Decision::Stop, stops);
        }
    }

    void anEvenNumberHasAMeanMedian()
    {
        auto scheduler = medianRule(2);
        scheduler.report(0, 1, 1);
        scheduler.report(1, 1, 2);
        QVERIFY(scheduler.report(2, 1, 1.5) == Decision::Continue);
        auto again = medianRule(2);
        again.report(0, 1, 1);
        again.report(1, 1, 2);
        QVERIFY(again.report(2, 1, 1.51) == Decision::Stop);
    }

    void onlyTrialsThatCameThisFarCount()
    {
        auto scheduler = medianRule(2);
        scheduler.report(0, 10, 1);
        scheduler.report(1, 5, 1);
        QVERIFY(scheduler.report(2, 10, 99) == Decision::Continue);
        scheduler.report(1, 15, 1);
        QVERIFY(scheduler.report(2, 11, 99) == Decision::Continue); // trial 0 ended at step 10
        scheduler.report(0, 20, 1);
        QVERIFY(scheduler.report(2, 12, 99) == Decision::Stop);
    }

    /// A trial that reports in large steps has at step 7 the average that it had at step 5.
    void averagesHoldUntilTheNextReport()
    {
        auto scheduler = medianRule(1);
        scheduler.report(0, 5, 1);
        scheduler.report(0, 10, 1001);
        QVERIFY(scheduler.report(1, 7, 2) == Decision::Stop);
        QVERIFY(scheduler.report(2, 10, 400) == Decision::Continue); // by step 10 it was 501
    }

    void nothingStopsInItsGrace()
    {
        auto scheduler = medianRule(1, 100);
        scheduler.report(0, 99, 1);
        scheduler.report(0, 100, 1);
        QVERIFY(scheduler.report(1, 99, 50) == Decision::Continue);
        QVERIFY(scheduler.report(1, 100, 50) == Decision::Stop);
    }

    /// What a trial reported before it began anew counts no more.
    void aTrialThatBeginsAnewHasNoPast()
    {
        auto scheduler = medianRule(1);
        scheduler.report(0, 1, 5);
        scheduler.report(0, 2, 5);
        scheduler.report(1, 1, 1);
        scheduler.restart(1);
        QVERIFY(scheduler.report(1, 1, 9) == Decision::Stop);
        scheduler.restart(0);
        QVERIFY(scheduler.report(1, 2, 9) == Decision::Continue); // nobody else has come this far
    }

    void unknownTypesAreRefused()
    {
        try {
            makeScheduler({"meidan", {}}, {});
            QFAIL("accepted");
        } catch (const std::invalid_argument& error) {
            QVERIFY2(QByteArray(error.what()).contains("did you mean \"median\""), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestScheduler)
#include "tst_scheduler.moc"
