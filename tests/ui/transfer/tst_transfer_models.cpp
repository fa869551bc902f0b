// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/transfer/transfer_fixture.h"
#include "tests/ui/ui_test.h"
#include "ui/transfer/transfers_model.h"
#include "ui/transfer/winners_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

QStringList row(const QAbstractItemModel& model, int row)
{
    QStringList texts;
    for (int column = 0; column < model.columnCount(); ++column)
        texts.append(model.index(row, column).data().toString());
    return texts;
}

QList<int> numbers(const WinnersModel& model)
{
    QList<int> all;
    for (const TrialRecord& record : model.winners())
        all.append(record.trial.number);
    return all;
}

} // namespace

class TestTransferModels : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void theBestIsTickedUntilSomebodyTicks()
    {
        TransferFixture f;
        f.addTrials();
        WinnersModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy changed(&model, &WinnersModel::winnersChanged);
        model.setState(f.state(f.small.id));
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(row(model, 0),
                 (QStringList{QStringLiteral("Trial 2"), QStringLiteral("0.8"), QStringLiteral("10 s"),
                              QStringLiteral("32"), QStringLiteral("0.3")}));
        QCOMPARE(numbers(model), QList<int>{2});
        QVERIFY(model.setData(model.index(2, 0), Qt::Checked, Qt::CheckStateRole));
        QCOMPARE(numbers(model), (QList<int>{2, 0}));
        QVERIFY(model.setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
        QCOMPARE(numbers(model), QList<int>{0});
        QCOMPARE(changed.size(), 3);
        QVERIFY(!model.setData(model.index(0, 1), Qt::Checked, Qt::CheckStateRole));

        Trials(f.database)
            .save(f.small.id, f.ended(3, 0.1, 10)); // a new best one changes nothing that was ticked
        model.setState(f.state(f.small.id));
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(numbers(model), QList<int>{0});
        model.setState({});
        QCOMPARE(model.rowCount(), 0);
        model.setState(f.state(f.small.id));
        QCOMPARE(numbers(model), QList<int>{3});
    }

    void aTransferStandsBesideItsSmallTrial()
    {
        TransferFixture f;
        f.addTrials();
        TransfersModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setState(f.state(f.small.id));
        QCOMPARE(model.rowCount(), 0);
        const ExperimentRecord transfer = f.addTransfer();
        model.setState(f.state(f.small.id));
        QCOMPARE(model.rowOf(transfer.id), 0);
        QCOMPARE(model.index(0, TransfersModel::Change).data().toString(), QString());
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        f.finish(transfer, 0.7);
        model.setState(f.state(f.small.id));
        QCOMPARE(reset.size(), 0);
        QCOMPARE(
            row(model, 0),
            (QStringList{QStringLiteral("small-transfer-128"), QStringLiteral("✓  completed"),
                         QStringLiteral("trial 2, width 32"), QStringLiteral("trial 0, width 128"),
                         QStringLiteral("0.8 → 0.7"), QStringLiteral("0.1 better"), QStringLiteral("40 s")}));
        f.finish(transfer, 0.9);
        model.setState(f.state(transfer.id)); // the same from the transfer's own side
        QCOMPARE(model.index(0, TransfersModel::Change).data().toString(), QStringLiteral("0.1 worse"));
        QCOMPARE(model.report(0)->record.id, transfer.id);
        QVERIFY(model.report(1) == nullptr);
    }

    void whatIsMissingIsSaid()
    {
        TransferFixture f;
        f.addTrials();
        const ExperimentRecord transfer = f.addTransfer();
        Experiments(f.database).remove(f.small.id);
        const TransferStatePtr orphan = f.state(transfer.id);
        QVERIFY(orphan->problem.contains(QStringLiteral("was removed")) && !orphan->offer);
        TransfersModel model;
        model.setState(orphan);
        QCOMPARE(model.index(0, TransfersModel::Small).data().toString(), QStringLiteral("removed"));
        QVERIFY(TransferFixture("name: [").state(1)->problem.contains(QStringLiteral("has a problem")));
        QVERIFY(f.state(77)->problem.isEmpty() && f.state(77)->reports.empty());
    }
};

WIDTHWISE_UI_TEST_MAIN(TestTransferModels)
#include "tst_transfer_models.moc"
