// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/schedule.h"

#include <QTest>

using namespace widthwise::trainer;

class TestSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Values of torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10, pct_start=0.3, div_factor=10,
    /// final_div_factor=10, anneal_strategy="cos"): its top is at step 0.3·10 − 1 = 2.
    void oneCycleFollowsPyTorch()
    {
        const Schedule schedule{ScheduleKind::OneCycle, 0.1, 1, 0.01, 10, 3};
        QCOMPARE(schedule.rate(0), 0.1);
        QCOMPARE(schedule.rate(1), 0.55);
        QCOMPARE(schedule.rate(2), 1.0);
        QCOMPARE(schedule.rate(3), 0.9509795896117); // 0.01 + 0.99/2·(1 + cos(π/7))
        QCOMPARE(schedule.rate(9), 0.01);
    }

    void aFractionalTopIsPassedBetweenSteps()
    {
        const Schedule schedule{ScheduleKind::OneCycle, 0, 1, 0, 10, 2.5};
        QVERIFY(schedule.rate(1) < 1);
        QVERIFY(schedule.rate(2) < 1);
        QVERIFY(schedule.rate(1) > schedule.rate(0));
        QVERIFY(schedule.rate(2) > schedule.rate(3));
    }

    void withoutWarmUpTheFirstStepIsTheHighest()
    {
        for (const auto kind : {ScheduleKind::OneCycle, ScheduleKind::Cosine}) {
            const Schedule schedule{kind, 0.1, 1, 0.01, 10, 0};
            QVERIFY(schedule.rate(0) > 0.95);
            QCOMPARE(schedule.rate(9), 0.01);
        }
    }

    void cosineRisesInAStraightLine()
    {
        const Schedule schedule{ScheduleKind::Cosine, 0, 1, 0, 101, 11};
        QCOMPARE(schedule.rate(5), 0.5);
        QCOMPARE(schedule.rate(10), 1.0);
        QCOMPARE(schedule.rate(55), 0.5);
        QVERIFY(schedule.rate(100) < 1e-15);
    }

    void constantIsConstant()
    {
        const Schedule schedule{ScheduleKind::Constant, 0.1, 1, 0.01, 10, 3};
        QCOMPARE(schedule.rate(0), 1.0);
        QCOMPARE(schedule.rate(9), 1.0);
    }

    void theCycleIsHighWhereTheRateIs()
    {
        const Schedule schedule{ScheduleKind::OneCycle, 0.1, 1, 0.1, 21, 11};
        QCOMPARE(schedule.height(0), 0.0);
        QCOMPARE(schedule.height(10), 1.0);
        QCOMPARE(schedule.height(20), 0.0);
        for (int step = 0; step < 21; ++step) {
            QCOMPARE(0.1 + 0.9 * schedule.height(step), schedule.rate(step));
        }
    }
};

QTEST_GUILESS_MAIN(TestSchedule)
#include "tst_schedule.moc"
