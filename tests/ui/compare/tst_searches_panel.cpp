// SPDX-License-Identifier: GPL-3.0-or-later
#include "searches_sample.h"

#include "tests/ui/ui_test.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/search_chart.h"
#include "ui/compare/searches_panel.h"
#include "ui/plot/chart.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QRadioButton>
#include <QTableView>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

struct Shown {
    Shown(const QString& file, const ExperimentRecord& record) : client(file), panel(client)
    {
        panel.resize(900, 600);
        panel.show();
        panel.showExperiment(record);
    }
    QAbstractItemModel& model() const { return *panel.findChild<QTableView*>()->model(); }
    QString cell(int row, int column) const { return model().index(row, column).data().toString(); }
    QString words() const { return panel.findChild<QLabel*>(QStringLiteral("searchDifferences"))->text(); }
    const ChartData& chart() const { return panel.findChild<Chart*>()->data(); }
    std::size_t curves() const { return chart().panels.empty() ? 0 : chart().panels.front().series.size(); }
    void chooseCost(SearchCost cost) const
    {
        auto* box = panel.findChild<QComboBox*>(QStringLiteral("searchCost"));
        box->setCurrentIndex(box->findData(int(cost)));
        Q_EMIT box->activated(box->currentIndex());
    }

    StoreClient client;
    SearchesPanel panel;
};

} // namespace

class TestSearchesPanel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void showsWhichSearchIsBetter();
    void theCostIsChosen();
    void searchesAreTicked();
    void aSearchWithoutValuesIsNoMeasure();
    void followsWhatEnds();
    void whatHasEndedIsNotReadAgain();
    void saysWhyThereIsNothing();
    void colourAndASecondCueTellSearchesApart();
    void theFirstTrialsDoNotFlattenTheRest();
    void thePageHasBoth();
};

void TestSearchesPanel::showsWhichSearchIsBetter()
{
    SearchesSample sample;
    const Shown shown(sample.file(), sample.addAll());
    QAbstractItemModelTester tester(&shown.model());
    QTRY_COMPARE(shown.curves(), std::size_t(2));
    QCOMPARE(shown.cell(0, SearchesModel::Search), QStringLiteral("random"));
    QCOMPARE(shown.cell(1, SearchesModel::Search), QStringLiteral("random, asha"));
    QCOMPARE(shown.cell(1, SearchesModel::Seeds), QStringLiteral("3"));
    QCOMPARE(shown.cell(1, SearchesModel::Best), QStringLiteral("0.322 [0.317, 0.327]"));
    QCOMPARE(shown.cell(0, SearchesModel::Rungs), QString());
    QCOMPARE(shown.cell(1, SearchesModel::Rungs), QStringLiteral("1"));
    QCOMPARE(shown.words(), QStringLiteral("random, asha is better than random by 0.2 (95 %: 0.2 to 0.2) "
                                           "after 10 trials; it wins 3 of 3 pairs."));
}

void TestSearchesPanel::theCostIsChosen()
{
    SearchesSample sample;
    const Shown shown(sample.file(), sample.addAll());
    QTRY_COMPARE(shown.curves(), std::size_t(2));
    QCOMPARE(shown.chart().x.title, QStringLiteral("trials that have ended"));
    shown.chooseCost(SearchCost::WallTime);
    QCOMPARE(shown.chart().x.title, QStringLiteral("time, min"));
    QCOMPARE(shown.chart().panels.front().series.front().points.back().x, 10.0);
    QVERIFY2(shown.words().contains(QStringLiteral(" after 10min; ")), qPrintable(shown.words()));
    shown.chooseCost(SearchCost::DeviceHours);
    QVERIFY2(shown.words().contains(QStringLiteral(" at 0.1667 device hours; ")), qPrintable(shown.words()));
}

void TestSearchesPanel::searchesAreTicked()
{
    SearchesSample sample;
    const ExperimentRecord own = sample.addAll();
    const Shown shown(sample.file(), own);
    QTRY_COMPARE(shown.curves(), std::size_t(2));
    const ChartColor before = shown.chart().panels.front().series.back().color;
    const QModelIndex first = shown.model().index(0, 0), second = shown.model().index(1, 0);
    QVERIFY(!shown.model().setData(first, Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(shown.model().setData(second, Qt::Unchecked, Qt::CheckStateRole));
    QTRY_COMPARE(shown.curves(), std::size_t(1));
    QVERIFY(shown.words().startsWith(QStringLiteral("Nothing to compare yet")));
    QVERIFY(shown.model().setData(second, Qt::Checked, Qt::CheckStateRole));
    QTRY_COMPARE(shown.curves(), std::size_t(2));
    QCOMPARE(shown.chart().panels.front().series.back().color(Theme::instance()), before(Theme::instance()));
}

/// Of a draft: the others are still compared, with the first of them.
void TestSearchesPanel::aSearchWithoutValuesIsNoMeasure()
{
    SearchesSample sample;
    sample.add("tpe", "search: {algorithm: tpe}", 1, 0.4);
    sample.add("gp", "search: {algorithm: gp}", 1, 0.3);
    const Shown shown(sample.file(), sample.add("draft", "search: {algorithm: random}", 1, 0.5, 0));
    QTRY_COMPARE(shown.curves(), std::size_t(2));
    const QString sentence =
        QStringLiteral("gp is better than tpe by 0.1 after 10 trials; it wins 1 of 1 pair.");
    QCOMPARE(shown.words(), sentence);
    QCOMPARE(shown.cell(2, SearchesModel::Search), QStringLiteral("gp"));
    QCOMPARE(shown.model().index(2, 0).data(Qt::ToolTipRole).toString(), sentence);
}

void TestSearchesPanel::followsWhatEnds()
{
    SearchesSample sample;
    const ExperimentRecord own = sample.add("one", "search: {algorithm: random}", 1, 0.5, 0);
    Experiments(sample.database()).setState(own.id, ExperimentState::Running, {}, {});
    const Shown shown(sample.file(), own);
    QTRY_VERIFY(!shown.cell(0, SearchesModel::Remark).isEmpty());
    QCOMPARE(shown.cell(0, SearchesModel::Remark), QStringLiteral("no trial of one has ended with a value"));
    QVERIFY(shown.words().startsWith(QStringLiteral("The store has no other search for val/loss")));
    sample.addTrial(own.id, 0, 0.5);
    QTRY_COMPARE(shown.curves(), std::size_t(1));
    sample.add("two", "search: {algorithm: tpe}", 1, 0.4);
    QTRY_COMPARE(shown.curves(), std::size_t(2));
    QVERIFY2(shown.words().startsWith(QStringLiteral("tpe is worse than random by ")),
             qPrintable(shown.words()));
}

void TestSearchesPanel::whatHasEndedIsNotReadAgain()
{
    SearchesSample sample;
    const ExperimentRecord own = sample.addAll();
    const SearchesReading first = readSearches(sample.database(), own, {}, {});
    QCOMPARE(first.known.size(), std::size_t(6));
    KnownRuns known = first.known;
    known.at(own.id).second.end.value = -1;
    const SearchesReading second = readSearches(sample.database(), own, {}, known);
    QCOMPARE(second.comparison.groups[0].runs[0].end.value, -1.0);
    Experiments(sample.database()).setState(own.id, ExperimentState::Running, {}, {});
    const ExperimentRecord resumed = *Experiments(sample.database()).find(own.id);
    const SearchesReading third = readSearches(sample.database(), resumed, {}, known);
    QVERIFY(third.comparison.groups[0].runs[0].end.value > 0);
    QCOMPARE(third.known.size(), std::size_t(5));
}

void TestSearchesPanel::saysWhyThereIsNothing()
{
    SearchesSample sample;
    ExperimentRecord wrong = sample.addAll();
    Shown shown(sample.file(), {});
    QCOMPARE(shown.words(), QStringLiteral("No experiment is chosen."));
    wrong.yaml = "name: [";
    shown.panel.showExperiment(wrong);
    QTRY_COMPARE(shown.words(), QStringLiteral("The experiment's text has a problem, see Design."));
}

void TestSearchesPanel::colourAndASecondCueTellSearchesApart()
{
    SearchesSample sample;
    const SearchesReading reading = readSearches(sample.database(), sample.addAll(), {}, {});
    const ChartData data = searchChart(reading.comparison, SearchCost::Trials);
    const ChartSeries& one = data.panels.front().series[0];
    const ChartSeries& other = data.panels.front().series[1];
    const Theme& theme = Theme::instance();
    QVERIFY(one.color(theme) != other.color(theme));
    QVERIFY(one.line != other.line && one.marker != other.marker);
    QVERIFY(one.points.front().yError->first < one.points.front().y);
    QVERIFY2(one.points.front().tip.contains(
                 QStringLiteral("random\ntrials that have ended · 1\n1.52, half of 3")),
             qPrintable(one.points.front().tip));
}

/// A tenth of 30 trials is spent when 0.25 above the end is reached.
void TestSearchesPanel::theFirstTrialsDoNotFlattenTheRest()
{
    SearchesSample sample;
    const SearchesReading reading =
        readSearches(sample.database(), sample.add("a", "search: {algorithm: random}", 1, 0.5, 30), {}, {});
    const ChartData data = searchChart(reading.comparison, SearchCost::Trials);
    QVERIFY(data.y.range->second > 0.76 && data.y.range->second < 0.8);
    QVERIFY(data.y.range->first < 0.51);
}

void TestSearchesPanel::thePageHasBoth()
{
    SearchesSample sample;
    const ExperimentRecord own = sample.addAll();
    StoreClient client(sample.file());
    ComparePage page(client);
    page.resize(1000, 700);
    page.show();
    page.showExperiment(own);
    auto* panel = page.findChild<SearchesPanel*>();
    QVERIFY(!panel->isVisible());
    page.findChild<QRadioButton*>(QStringLiteral("compareSearches"))->click();
    QVERIFY(panel->isVisible());
    QTRY_COMPARE(panel->findChild<QTableView*>()->model()->rowCount(), 2);
}

WIDTHWISE_UI_TEST_MAIN(TestSearchesPanel)
#include "tst_searches_panel.moc"
