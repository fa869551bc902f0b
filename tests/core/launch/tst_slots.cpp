// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slots.h"

#include <QTest>

using namespace widthwise;

namespace {

Resources needs(int cpus, int gpus = 0, int nodes = 1)
{
    Resources resources;
    resources.cpus = cpus;
    resources.gpus = gpus;
    resources.nodes = nodes;
    return resources;
}

const Inventory machine{4, 1000, {{"0", "H200"}, {"3", "H200"}}};

} // namespace

class TestSlots : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesOutCpusUntilTheyAreGone()
    {
        Slots slots(machine);
        const auto first = slots.take(needs(3));
        QVERIFY(first);
        QCOMPARE(first->device(), "cpu");
        QCOMPARE(first->visibleGpus(), "");
        QVERIFY(!slots.take(needs(2)));
        QVERIFY(slots.take(needs(1)));
        slots.release(*first);
        QVERIFY(slots.take(needs(2)));
    }

    void givesEachTrialItsOwnGpus()
    {
        Slots slots(machine);
        const auto first = slots.take(needs(1, 1));
        const auto second = slots.take(needs(1, 1));
        QCOMPARE(first->device(), "cuda:0");
        QCOMPARE(second->device(), "cuda:3");
        QCOMPARE(second->visibleGpus(), "3");
        QVERIFY(!slots.take(needs(1, 1)));
        QVERIFY(slots.take(needs(1, 0)));
        slots.release(*second);
        slots.release(*first);
        QCOMPARE(slots.take(needs(1, 2))->gpus.size(), 2U);
    }

    void keepsAnAdoptedTrialsGpusFromOthers()
    {
        Slots slots(machine);
        const Slot running = slots.takeOver(needs(1, 1), "cuda:3");
        QCOMPARE(running.device(), "cuda:3");
        QCOMPARE(slots.take(needs(1, 1))->device(), "cuda:0");
        QVERIFY(!slots.take(needs(1, 1)));
        slots.release(running);
        QCOMPARE(slots.take(needs(1, 1))->device(), "cuda:3");
    }

    void forgetsAGpuThatIsNoLongerThere()
    {
        Slots slots(machine);
        slots.release(slots.takeOver(needs(1, 1), "cuda:7"));
        QCOMPARE(slots.take(needs(1, 2))->device(), "cuda:0,3");
    }

    void saysWhatCanNeverRun()
    {
        const Slots slots(machine);
        QCOMPARE(slots.refusal(needs(4, 2)), "");
        QCOMPARE(slots.refusal(needs(5)),
                 "a trial asks for 5 CPUs but this machine has 4: lower `resources` in the experiment");
        QVERIFY(slots.refusal(needs(1, 3)).starts_with("a trial asks for 3 GPUs but this machine has 2"));
        QVERIFY(slots.refusal(needs(1, 0, 2)).starts_with("a trial asks for 2 nodes, which only a site with scheduler: slurm"));
    }
};

QTEST_APPLESS_MAIN(TestSlots)
#include "tst_slots.moc"
