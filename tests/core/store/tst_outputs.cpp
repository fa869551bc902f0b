// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/outputs.h"

#include "store_fixture.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::test;

class TestOutputs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsTheLastTailOfEachTrial()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const std::int64_t first = addTrial(database, experiment, 0);
        const std::int64_t second = addTrial(database, experiment, 1);
        Outputs outputs(database);
        QVERIFY(!outputs.find(first));
        QVERIFY(!outputs.lastRead(first));

        const OutputTail begin{1, 0, std::string("epoch 1\n\0\xc2", 10), at(1000)};
        outputs.save(first, begin);
        outputs.save(second, {2, 70'000, "elsewhere", at(1500)});
        QCOMPARE(outputs.find(first), std::optional(begin));
        const OutputTail later{2, 8, "epoch 2\n", at(2000)};
        outputs.save(first, later);
        QCOMPARE(outputs.find(first), std::optional(later));
        QCOMPARE(outputs.lastRead(first), std::optional(at(2000)));
        QCOMPARE(outputs.find(second)->bytes, std::string("elsewhere"));
    }

    void nothingPrintedIsKnownToo()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t trial = addTrial(database, addExperiment(database));
        Outputs(database).save(trial, {1, 0, {}, at(1000)});
        QCOMPARE(Outputs(database).find(trial), std::optional(OutputTail{1, 0, {}, at(1000)}));
    }

    void goesWithItsExperiment()
    {
        const StoreFolder folder;
        Database database(folder.file());
        const std::int64_t experiment = addExperiment(database);
        const std::int64_t trial = addTrial(database, experiment);
        Outputs(database).save(trial, {1, 0, "x", at(1000)});
        Experiments(database).remove(experiment);
        QVERIFY(!Outputs(database).find(trial));
    }
};

QTEST_APPLESS_MAIN(TestOutputs)
#include "tst_outputs.moc"
