// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "tests/ui/verify/planted_check.h"
#include "ui/theme/theme.h"
#include "ui/verify/slope_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestSlopeModel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void aRowForEveryLayer();
    void aSlopeIsSaidWithItsIntervalAndSign();
    void saysWhatIsNotJudgedAndWhatTheIntervalMeans();
    void sortsByPlaceAndSteepness();
    void aNewReportOfTheSameLayersKeepsTheRows();
};

void TestSlopeModel::aRowForEveryLayer()
{
    SlopeModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    model.setReport(plantedReport(0));
    model.setStep(4);
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.columnCount(), 3);
    QCOMPARE(model.layer(0), QStringLiteral("hidden.2"));
    QCOMPARE(model.rowOf(QStringLiteral("hidden.10")), 1);
    QCOMPARE(model.rowOf(QStringLiteral("readout")), -1);
    QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Slope, SP"));
    QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Slope, μP"));
    model.setReport(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestSlopeModel::aSlopeIsSaidWithItsIntervalAndSign()
{
    SlopeModel model;
    model.setReport(plantedReport(-1));
    model.setStep(4);
    const QModelIndex sp = model.index(1, 1);
    const QModelIndex mup = model.index(1, 2);
    QVERIFY2(sp.data().toString().startsWith(QStringLiteral("−0.50 ± 0.0")),
             qPrintable(sp.data().toString()));
    QVERIFY(mup.data().toString().startsWith(QStringLiteral("−1.00 ± 0.0")));
    QVERIFY(mup.data().toString().endsWith(QStringLiteral("✕")));
    QCOMPARE(mup.data(SlopeModel::ToneRole).toInt(), int(Tone::Bad));
    QVERIFY(mup.data(Qt::AccessibleTextRole).toString().endsWith(QStringLiteral("fails")));
    QVERIFY(model.index(0, 2).data().toString().endsWith(QStringLiteral("✓")));
    QVERIFY(mup.data(Qt::ToolTipRole).toString().contains(QStringLiteral("9 trials at 3 widths")));
}

void TestSlopeModel::saysWhatIsNotJudgedAndWhatTheIntervalMeans()
{
    SlopeModel model;
    CheckRecords records;
    for (const std::int64_t width : {32, 64, 128})
        for (const char* layer : {"jets.0", "readout"})
            records.coordinates.push_back({"mup", width, 1, 2, layer, double(width)});
    model.setReport(std::make_shared<const CheckReport>(checkReport(records)));
    model.setStep(2);
    const QModelIndex behind = model.index(0, 1);
    QCOMPARE(behind.data(SlopeModel::ToneRole).toInt(), int(Tone::Muted));
    QVERIFY(behind.data(Qt::ToolTipRole).toString().startsWith(QStringLiteral("not judged: it is behind")));
    const QModelIndex readout = model.index(1, 1);
    QCOMPARE(readout.data(SlopeModel::ToneRole).toInt(), int(Tone::Bad));
    QVERIFY(readout.data(Qt::ToolTipRole).toString().contains(QStringLiteral("± is the 95 % interval")));
}

void TestSlopeModel::sortsByPlaceAndSteepness()
{
    SlopeModel model;
    model.setReport(plantedReport(1));
    model.setStep(4);
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&model);
    sorted.setSortRole(SlopeModel::SortRole);
    sorted.sort(2, Qt::DescendingOrder);
    QCOMPARE(sorted.index(0, 0).data().toString(), QStringLiteral("hidden.10"));
    sorted.sort(0, Qt::AscendingOrder);
    QCOMPARE(sorted.index(0, 0).data().toString(), QStringLiteral("hidden.2")); // not by its letters
}

void TestSlopeModel::aNewReportOfTheSameLayersKeepsTheRows()
{
    SlopeModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setReport(plantedReport(0));
    model.setStep(4);
    const QPersistentModelIndex kept(model.index(1, 2));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setReport(plantedReport(1));
    QVERIFY(kept.isValid());
    QVERIFY(kept.data().toString().startsWith(QStringLiteral("1.00")));
    QCOMPARE(changed.size(), 1);
}

WIDTHWISE_UI_TEST_MAIN(TestSlopeModel)
#include "tst_slope_model.moc"
