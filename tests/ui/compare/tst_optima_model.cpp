// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep_sample.h"
#include "tests/ui/ui_test.h"
#include "ui/compare/optima_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestOptimaModel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void hasARowForEachCurve();
    void remarksSayWhyThereIsNoOptimum();
};

void TestOptimaModel::hasARowForEachCurve()
{
    SweepSample sample;
    OptimaModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    sample.addAll();
    model.setReport(sweepReport(sample.database(), sample.record()));
    QCOMPARE(model.rowCount(), 6);
    const auto text = [&model](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(text(0, OptimaModel::Parametrization), QStringLiteral("SP"));
    QCOMPARE(text(0, OptimaModel::Width), QStringLiteral("32"));
    QCOMPARE(text(0, OptimaModel::LearningRate), QStringLiteral("0.00781"));
    QCOMPARE(text(0, OptimaModel::Loss), QStringLiteral("0.968"));
    QCOMPARE(text(0, OptimaModel::Remark), QString());
    QVERIFY(text(0, OptimaModel::Interval).startsWith(QStringLiteral("0.0078")));
    QCOMPARE(text(1, OptimaModel::LearningRate), QStringLiteral("0.00391"));
    QCOMPARE(text(1, OptimaModel::Remark), QStringLiteral("1 of 5 diverged"));
    QCOMPARE(text(2, OptimaModel::Remark),
             QStringLiteral("best at the lowest: sweep lower learning rates; 1 of 5 diverged"));
    QCOMPARE(text(2, OptimaModel::Interval), QString());
    QCOMPARE(text(5, OptimaModel::Parametrization), QStringLiteral("μP"));
    QCOMPARE(model.headerData(OptimaModel::Loss, Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("val/loss there"));
    model.setReport({});
    QCOMPARE(model.rowCount(), 0);
}

void TestOptimaModel::remarksSayWhyThereIsNoOptimum()
{
    SweepCurve curve;
    curve.points = {{1, NAN, NAN, 0, 1}, {2, NAN, NAN, 0, 1}};
    QCOMPARE(SweepReport().remarkOn(curve), "diverged everywhere: sweep lower learning rates");
    curve.points = {{1, 1, NAN, 1, 0}, {2, 0.5, NAN, 1, 0}, {4, 1, NAN, 1, 0}};
    curve.optimum = Optimum{{2, 0.5, HUGE_VAL}, 0.5, false};
    QCOMPARE(SweepReport().remarkOn(curve), "too flat to have an optimum");
    curve.optimum = Optimum{{4, 2, HUGE_VAL}, 0.5, true};
    QCOMPARE(SweepReport().remarkOn(curve), "best at the highest: sweep higher learning rates");
}

WIDTHWISE_UI_TEST_MAIN(TestOptimaModel)
#include "tst_optima_model.moc"
