// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/query.h"
#include "tests/ui/feed/wait_for_readings.h"
#include "tests/ui/ui_test.h"
#include "tests/ui/verify/planted_check.h"
#include "ui/feed/store_client.h"
#include "ui/plot/chart.h"
#include "ui/verify/verify_page.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

struct Shown {
    explicit Shown(TestStore& store) : client(store.file()), page(client)
    {
        page.resize(1200, 800);
        page.show();
    }
    template <class Widget>
    Widget* find(const char* name)
    {
        return page.findChild<Widget*>(QString::fromLatin1(name));
    }
    QString text(const char* label) { return find<QLabel>(label)->text(); }
    int rows() { return find<QTableView>("slopes")->model()->rowCount(); }
    const ChartData& figure() { return find<Chart>("coordinates")->data(); }

    StoreClient client;
    VerifyPage page;
};

} // namespace

class TestVerifyPage : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void offersACheckOfABundledModel();
    void theButtonDerivesTheCheckThatIsAsked();
    void whatCannotBeCheckedIsSaidInPlace();
    void aCheckIsFollowedToItsVerdict();
    void aFailingLayerIsNamed();
    void anExperimentShowsItsNewestCheck();
    void aRowHighlightsItsLayerInBothPanels();
    void theStepIsChosen();
    void aProgramIsToldWhatToRecord();
    void brokenTextIsSaid();
    void aReadingThatFailsIsNotTheLast();
};

void TestVerifyPage::aReadingThatFailsIsNotTheLast()
{
    PlantedCheck store;
    Database database(store.file().toStdString());
    Query(database, "ALTER TABLE series RENAME TO damaged").run();
    Shown shown(store);
    shown.page.showExperiment(store.base());
    waitForReadings(shown.client);
    Query(database, "ALTER TABLE damaged RENAME TO series").run();
    QTRY_VERIFY(shown.find<QPushButton>("checkButton")->isVisible());
}

void TestVerifyPage::offersACheckOfABundledModel()
{
    PlantedCheck store;
    Shown shown(store);
    shown.page.showExperiment(store.base());
    auto* button = shown.find<QPushButton>("checkButton");
    QTRY_VERIFY(button->isVisible());
    QCOMPARE(shown.text("verdict"), QStringLiteral("Does μP hold in this model?"));
    QCOMPARE(shown.find<QLineEdit>("checkWidths")->text(), QStringLiteral("32, 64, 128, 256, 512"));
    QCOMPARE(shown.find<QSpinBox>("checkSeeds")->value(), 5);
    QCOMPARE(shown.find<QLineEdit>("checkRate")->placeholderText(), QStringLiteral("0.02"));
    QCOMPARE(shown.text("checkCount"), QStringLiteral("50 short trials"));
    QVERIFY(shown.find<QLabel>("explanation")->isVisible());
}

void TestVerifyPage::theButtonDerivesTheCheckThatIsAsked()
{
    PlantedCheck store;
    Shown shown(store);
    shown.page.showExperiment(store.base());
    QTRY_VERIFY(shown.find<QPushButton>("checkButton")->isVisible());
    shown.find<QLineEdit>("checkWidths")->setText(QStringLiteral("16, 64, 128"));
    shown.find<QSpinBox>("checkSeeds")->setValue(2);
    shown.find<QCheckBox>("checkZeroReadout")->click();
    shown.find<QLineEdit>("checkRate")->setText(QStringLiteral("0.1"));
    QCOMPARE(shown.text("checkCount"), QStringLiteral("12 short trials"));
    QSignalSpy derived(&shown.page, &Page::experimentDerived);
    QTest::mouseClick(shown.find<QPushButton>("checkButton"), Qt::LeftButton);
    QCOMPARE(derived.size(), 1);
    const auto record = derived.front().at(0).value<ExperimentRecord>();
    QVERIFY(derived.front().at(1).toBool());
    QCOMPARE(record.parent, std::optional(store.base().id));
    const Experiment check = parseExperiment(record.yaml);
    QCOMPARE(check.name, "mlp-lr-check");
    QCOMPARE(check.budget.trials, std::optional(12));
    QCOMPARE(studyColumns(check, {}).learningRate, std::optional(0.1));
    QVERIFY(record.yaml.find("zero_readout") == std::string::npos);
}

void TestVerifyPage::whatCannotBeCheckedIsSaidInPlace()
{
    PlantedCheck store;
    Shown shown(store);
    shown.page.showExperiment(store.base());
    QTRY_VERIFY(shown.find<QPushButton>("checkButton")->isVisible());
    QSignalSpy derived(&shown.page, &Page::experimentDerived);
    auto* problem = shown.find<QLabel>("checkProblem");
    auto* widths = shown.find<QLineEdit>("checkWidths");
    widths->setText(QStringLiteral("32, wide"));
    QVERIFY(problem->isVisible() && problem->text().contains(QStringLiteral("\"wide\"")));
    widths->setText(QStringLiteral("32, 64"));
    QVERIFY(!problem->isVisible());
    QTest::keyClick(widths, Qt::Key_Return);
    QVERIFY(problem->isVisible() && problem->text().contains(QStringLiteral("at least 3")));
    QCOMPARE(derived.size(), 0);
}

void TestVerifyPage::aCheckIsFollowedToItsVerdict()
{
    PlantedCheck store;
    const std::int64_t check = store.addCheck();
    Shown shown(store);
    shown.client.follow(check);
    shown.page.showExperiment(store.find(check));
    QTRY_VERIFY(shown.text("verdict").startsWith(QStringLiteral("Checking")));
    QVERIFY(shown.text("explanation").contains(QStringLiteral("under way")));
    store.runTrials(check, 0, 3);
    QTRY_COMPARE(shown.rows(), 2);
    QTRY_VERIFY(shown.text("checkProgress").contains(QStringLiteral("4 of 18 trials completed")));
    QVERIFY(!shown.find<QPushButton>("checkButton")->isVisible());
    QVERIFY2(!shown.text("verdicts").contains(QStringLiteral("at least three")), // widths: they are to come
             qPrintable(shown.text("verdicts")));
    store.runTrials(check, 4, store.trials() - 1);
    store.setState(check, ExperimentState::Completed);
    shown.page.showExperiment(store.find(check));
    QTRY_VERIFY(shown.text("verdict").endsWith(QStringLiteral("μP holds in this model")));
    QVERIFY(shown.find<QPushButton>("checkButton")->isVisible());
    QVERIFY(shown.text("verdicts").contains(QStringLiteral("That is what SP does")));
    QVERIFY(shown.text("checkProgress").contains(QStringLiteral("learning rate 0.02")));
    QVERIFY(shown.text("checkProgress").contains(QStringLiteral("checks <a")));
}

void TestVerifyPage::aFailingLayerIsNamed()
{
    PlantedCheck store(0.5);
    const std::int64_t check = store.addCheck(ExperimentState::Completed);
    store.runTrials(check, 0, store.trials() - 1);
    Shown shown(store);
    shown.page.showExperiment(store.find(check));
    QTRY_VERIFY(shown.text("verdict").endsWith(QStringLiteral("μP does not hold in this model")));
    const QString said = shown.text("verdicts");
    QVERIFY2(said.contains(QStringLiteral("hidden.10 grows with the width (slope 0.50")), qPrintable(said));
    QVERIFY(said.indexOf(QStringLiteral("μP")) < said.indexOf(QStringLiteral("SP")));
}

void TestVerifyPage::anExperimentShowsItsNewestCheck()
{
    PlantedCheck store;
    store.addCheck(ExperimentState::Completed);
    const std::int64_t newest = store.addCheck(ExperimentState::Completed);
    store.runTrials(newest, 0, store.trials() - 1);
    Shown shown(store);
    shown.page.showExperiment(store.base());
    QTRY_COMPARE(shown.rows(), 2);
    QVERIFY(shown.text("checkProgress").contains(QStringLiteral("mlp-lr-check-2")));
    QCOMPARE(shown.find<QPushButton>("checkButton")->text(), QStringLiteral("Check again"));
    QSignalSpy wanted(&shown.page, &Page::experimentWanted);
    Q_EMIT shown.find<QLabel>("checkProgress")->linkActivated(QString::number(newest));
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.front().front().toLongLong(), newest);
}

void TestVerifyPage::aRowHighlightsItsLayerInBothPanels()
{
    PlantedCheck store(0.5);
    const std::int64_t check = store.addCheck(ExperimentState::Completed);
    store.runTrials(check, 0, store.trials() - 1);
    Shown shown(store);
    shown.page.showExperiment(store.find(check));
    QTRY_COMPARE(shown.rows(), 2);
    auto* table = shown.find<QTableView>("slopes");
    table->setFocus();
    QVERIFY(shown.figure().panels.at(1).title.endsWith(QStringLiteral("hidden.10")));
    table->sortByColumn(2, Qt::AscendingOrder);
    const QModelIndex first = table->model()->index(0, 0);
    QCOMPARE(first.data().toString(), QStringLiteral("hidden.2"));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(first).center());
    for (const ChartPanel& panel : shown.figure().panels)
        QVERIFY(panel.title.endsWith(QStringLiteral("hidden.2")));
    QTest::keyClick(table, Qt::Key_Down);
    for (const ChartPanel& panel : shown.figure().panels)
        QVERIFY(panel.title.endsWith(QStringLiteral("hidden.10")));
}

void TestVerifyPage::theStepIsChosen()
{
    PlantedCheck store;
    const std::int64_t check = store.addCheck(ExperimentState::Completed);
    store.runTrials(check, 0, store.trials() - 1);
    Shown shown(store);
    shown.page.showExperiment(store.find(check));
    QTRY_COMPARE(shown.rows(), 2);
    auto* slider = shown.find<QSlider>("step");
    QCOMPARE(slider->value(), 3);
    QVERIFY(shown.figure().x.title.endsWith(QStringLiteral("update 4")));
    const QModelIndex sp = shown.find<QTableView>("slopes")->model()->index(1, 1);
    QVERIFY(sp.data().toString().startsWith(QStringLiteral("0.50")));
    QTest::keyClick(slider, Qt::Key_Home);
    QVERIFY(shown.figure().x.title.endsWith(QStringLiteral("update 1")));
    QVERIFY(!sp.data().toString().startsWith(QStringLiteral("0.50")));
}

void TestVerifyPage::aProgramIsToldWhatToRecord()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("own", ExperimentState::Draft);
    Shown shown(store);
    shown.page.showExperiment(store.find(id));
    QTRY_VERIFY(shown.text("explanation").contains(QStringLiteral("coordinate/<layer>/l1")));
    QVERIFY(!shown.find<QPushButton>("checkButton")->isVisible());
}

void TestVerifyPage::brokenTextIsSaid()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("broken", ExperimentState::Draft);
    Shown shown(store);
    shown.client.saveText(id, QStringLiteral("broken"), QStringLiteral("space: 3"));
    QTRY_VERIFY(store.find(id).yaml.starts_with("space"));
    shown.page.showExperiment(store.find(id));
    QTRY_VERIFY(shown.text("explanation").contains(QStringLiteral("errors")));
    shown.page.showExperiment({});
    QTRY_VERIFY(shown.text("explanation").contains(QStringLiteral("No experiment")));
}

WIDTHWISE_UI_TEST_MAIN(TestVerifyPage)
#include "tst_verify_page.moc"
