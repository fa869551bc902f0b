// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/trial_directory.h"
#include "core/store/database.h"
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/monitor/monitor_page.h"
#include "ui/monitor/trials_table.h"
#include "ui/plot/curve_plot.h"
#include "ui/shell/settings.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace widthwise;
using namespace widthwise::ui;

class TestMonitorPage : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void showsTrialsAndMetrics();
    void tableAndCurvesSelectTheSameTrial();
    void keysReachTrialsAndFilter();
    void theLogOfAFailedTrial();
    void deletedOutputIsSaid();
    void theLogOfATrialOnAnotherMachine();
    void saysHowOldALogIs();
    void watchesWhileItIsSeen();
    void learningRatesOfTheSelectedTrial();
    void anotherExperimentStartsAfresh();
    void theFilterActsOnTableCurvesAndCounts();
    void theLegendNamesWhatIsDrawn();
    void whatTheFilterDoesNotUnderstandIsSaid();
    void theFilterKeepsTheSelection();
    void aPlotWithoutCurvesSaysWhy();
    void aSingleValueIsSeenInTheTable();
    void columnWidthsBelongToColumns();
    void theReasonOfAFailedSearchStandsAbove();

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return m_page->findChild<Widget*>(QString::fromLatin1(name));
    }
    void show(std::int64_t experiment);

    std::unique_ptr<TestStore> m_store;
    std::unique_ptr<StoreClient> m_client;
    std::unique_ptr<MonitorPage> m_page;
    std::int64_t m_experiment = 0;
};

void TestMonitorPage::init()
{
    UiTest::init();
    Settings::setChoice(QStringLiteral("metric"), {});
    m_store = std::make_unique<TestStore>();
    m_experiment = m_store->addExperiment("search");
    for (int number = 0; number < 4; ++number) {
        const TrialState state = number == 3 ? TrialState::Failed : TrialState::Completed;
        const std::int64_t trial = m_store->saveTrial(m_experiment, number, state, 0.5 - 0.1 * number,
                                                      number == 3 ? "exit code 7" : "");
        m_store->append(trial, "val/loss", fallingPoints(0, 100, 0.1 * number));
        m_store->append(trial, "train/loss", fallingPoints(0, 200));
        if (number == 2)
            m_store->append(trial, "learning_rate/hidden", fallingPoints(0, 50));
    }
    m_client = std::make_unique<StoreClient>(m_store->file());
    m_page = std::make_unique<MonitorPage>(*m_client);
    m_page->resize(1000, 800);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    show(m_experiment);
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 4);
    QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().right(), 99.0);
}

void TestMonitorPage::cleanup()
{
    m_page.reset();
    m_client.reset();
    m_store.reset();
}

void TestMonitorPage::show(std::int64_t experiment)
{
    m_client->follow(experiment);
    m_page->showExperiment(m_store->find(experiment));
}

void TestMonitorPage::showsTrialsAndMetrics()
{
    auto* metric = find<QComboBox>("metric");
    QCOMPARE(metric->currentText(), QStringLiteral("val/loss")); // the objective
    QCOMPARE(metric->count(), 3);
    metric->setCurrentText(QStringLiteral("train/loss"));
    QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().right(), 199.0);
    QCOMPARE(find<QToolButton>("chip-completed")->text(), QStringLiteral("✓ 3"));
    QVERIFY(find<QToolButton>("chip-failed")->isVisible());
    QVERIFY(!find<QToolButton>("chip-queued")->isVisible());
    find<QToolButton>("chip-failed")->click();
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("3 of 4 trials"));
    metric->setCurrentText(QStringLiteral("val/loss"));
}

void TestMonitorPage::tableAndCurvesSelectTheSameTrial()
{
    QSignalSpy told(m_page.get(), &Page::trialSelected);
    auto* table = find<QTableView>("trials");
    auto* plot = find<CurvePlot>("curves");
    table->setCurrentIndex(table->model()->index(1, 0));
    QCOMPARE(plot->selected(), 1);
    QCOMPARE(told.size(), 1);
    Q_EMIT plot->selectedByHand(2);
    QCOMPARE(table->currentIndex().row(), 2);
    QCOMPARE(told.size(), 2);
    QCOMPARE(told.back().front().toInt(), 2);
    m_page->selectTrial(0); // from another page: not told again
    QCOMPARE(table->currentIndex().row(), 0);
    QCOMPARE(plot->selected(), 0);
    QCOMPARE(told.size(), 2);
    Q_EMIT plot->selectedByHand(-1);
    QVERIFY(!table->currentIndex().isValid());
}

void TestMonitorPage::keysReachTrialsAndFilter()
{
    auto* table = find<QTableView>("trials");
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, 0));
    QTest::keyClick(table, Qt::Key_J);
    QCOMPARE(table->currentIndex().row(), 1);
    QTest::keyClick(table, Qt::Key_K);
    QCOMPARE(table->currentIndex().row(), 0);
    QTest::keyClick(table, Qt::Key_L);
    QVERIFY(find<CurvePlot>("curves")->logY());
    QVERIFY(find<QToolButton>("logY")->isChecked());
    QTest::keyClick(table, Qt::Key_L, Qt::ShiftModifier);
    QVERIFY(find<CurvePlot>("curves")->logX());
    QTest::keyClick(table, Qt::Key_Slash);
    auto* filter = find<QLineEdit>("trialFilter");
    QTRY_VERIFY(filter->hasFocus());
    QTest::keyClicks(filter, QStringLiteral("failed")); // letters are text here, not shortcuts
    QCOMPARE(table->model()->rowCount(), 1);
    QVERIFY(find<CurvePlot>("curves")->logY());
}

void TestMonitorPage::theLogOfAFailedTrial()
{
    const ExperimentRecord record = m_store->find(m_experiment);
    const QString folder = QString::fromStdString(
        trialDirectory(trialsDirectory(m_store->file().toStdString()), record.name, record.created, 3));
    QVERIFY(QDir().mkpath(folder));
    QFile log(folder + QStringLiteral("/stdout.log"));
    QVERIFY(log.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    log.write("\x1b[32mepoch 1\x1b[0m\n 10%\r 50%\r100%\nTraceback");
    m_page->selectTrial(3);
    auto* text = find<QPlainTextEdit>("log");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback")); // its end is not known yet
    log.write(": no \xc2");                                                        // half a character
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no "));
    log.write("\xb5\n 10%\r");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no µ\n 10%"));
    log.write(" 20%");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no µ\n 20%"));
    log.write("\rdone\n");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nTraceback: no µ\ndone\n"));
    QVERIFY(find<QLabel>("trialReason")->isVisible());
    QVERIFY(find<QLabel>("trialReason")->text().contains(QStringLiteral("exit code 7")));
    QTRY_VERIFY(find<QLabel>("trialReason")->width() > 900); // a long one stands whole
    log.resize(0);
    log.seek(0);
    log.write("anew\n");
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("anew\n"));
    m_page->selectTrial(0);
    QVERIFY(!find<QLabel>("trialReason")->isVisible());
    QTRY_COMPARE(text->toPlainText(), QString());
}

void TestMonitorPage::deletedOutputIsSaid()
{
    auto* loss = find<QLabel>("logLoss");
    auto* text = find<QPlainTextEdit>("log");
    QVERIFY(loss->isHidden());
    m_page->selectTrial(3);
    QTRY_COMPARE(loss->text(), QStringLiteral("its folder was deleted or moved"));
    QVERIFY(loss->isVisible());
    QCOMPARE(text->placeholderText(),
             QStringLiteral("Nothing of what it printed can be shown: its folder was deleted or moved."));

    const ExperimentRecord record = m_store->find(m_experiment);
    const QString folder = QString::fromStdString(
        trialDirectory(trialsDirectory(m_store->file().toStdString()), record.name, record.created, 3));
    QVERIFY(QDir().mkpath(folder));
    QTRY_COMPARE(loss->text(), QStringLiteral("its output file was deleted"));
    QFile log(folder + QStringLiteral("/stdout.log"));
    QVERIFY(log.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    log.write("epoch 1\n");
    QTRY_VERIFY(loss->isHidden());
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n"));
    QVERIFY(QDir(folder).removeRecursively());
    QTRY_COMPARE(loss->text(), QStringLiteral("its folder was deleted or moved"));
    QCOMPARE(text->toPlainText(), QStringLiteral("epoch 1\n")); // what was read stays

    m_store->saveTrial(m_experiment, 4, TrialState::Running); // has printed nothing, which is no loss
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    QVERIFY(QDir().mkpath(QString(folder).chopped(1) + u'4'));
    m_page->selectTrial(4);
    QTRY_COMPARE(text->placeholderText(), QStringLiteral("It has printed nothing yet."));
    QVERIFY(loss->isHidden());
}

void TestMonitorPage::theLogOfATrialOnAnotherMachine()
{
    const std::int64_t running = m_store->saveTrial(m_experiment, 4, TrialState::Running);
    m_store->beat(m_experiment, {},
                  SiteLink{SiteLink::State::Connected, {}, currentTime(), {}, currentTime()});
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    m_page->selectTrial(4);
    auto* text = find<QPlainTextEdit>("log");
    auto* folder = find<QLineEdit>("trialFolder");
    QTRY_VERIFY2(folder->text().startsWith(QStringLiteral("juwels:/p/scratch/ada/search.")),
                 qPrintable(folder->text()));
    QVERIFY(folder->text().endsWith(QStringLiteral("/0004")));
    QCOMPARE(text->toPlainText(), QString());
    QCOMPARE(text->placeholderText(), QStringLiteral("It has printed nothing yet."));

    m_store->saveOutput(running, {1, 0, "epoch 1\n 10%\r100%\nepo", currentTime()});
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nepo"));
    m_store->saveOutput(running, {1, 8, " 10%\r100%\nepoch 2\n", currentTime()});
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 1\n100%\nepoch 2\n"));
    m_store->saveOutput(running, {1, 1000, "ch 89\nepoch 90\n", currentTime()}); // much came at once
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("epoch 90\n"));
    m_store->saveOutput(running, {2, 0, "begins\n", currentTime()});
    QTRY_COMPARE(text->toPlainText(), QStringLiteral("begins\n"));
    QTRY_COMPARE(find<QLabel>("logAge")->text(), QStringLiteral("of attempt 2"));

    m_page->selectTrial(0);
    QTRY_COMPARE(text->toPlainText(), QString());
}

void TestMonitorPage::saysHowOldALogIs()
{
    const std::int64_t running = m_store->saveTrial(m_experiment, 4, TrialState::Running);
    SiteLink link{SiteLink::State::Connected, {}, currentTime(), {}, currentTime()};
    m_store->beat(m_experiment, {}, link);
    m_store->saveOutput(running, {1, 0, "epoch 1\n", currentTime()});
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    m_page->selectTrial(4);
    auto* age = find<QLabel>("logAge");
    QTRY_VERIFY(!find<QPlainTextEdit>("log")->toPlainText().isEmpty());
    QVERIFY(age->isHidden());

    link.state = SiteLink::State::Lost;
    m_store->beat(m_experiment, {}, link);
    QTRY_VERIFY2(age->text().endsWith(QStringLiteral(", the link is lost")), qPrintable(age->text()));
    QVERIFY(age->text().startsWith(QStringLiteral("as of ")));
    link.state = SiteLink::State::NeedsPerson;
    m_store->beat(m_experiment, {}, link);
    QTRY_VERIFY(age->text().endsWith(QStringLiteral(", the site needs you")));
    m_store->beat(m_experiment, std::chrono::minutes(3), link);
    QTRY_VERIFY(age->text().endsWith(QStringLiteral(", no driver runs")));

    // What was read as it ended is all that there is.
    const TimePoint finished = m_store->finish(m_experiment, 4, TrialState::Failed);
    m_store->saveOutput(running, {1, 0, "epoch 1\nno such file\n", finished});
    QTRY_VERIFY(find<QPlainTextEdit>("log")->toPlainText().contains(QStringLiteral("no such file")));
    QTRY_VERIFY(age->isHidden());
    m_page->selectTrial(0); // of which nothing was read
    QTRY_COMPARE(find<QPlainTextEdit>("log")->placeholderText(),
                 QStringLiteral("It was not read yet: no driver runs."));
}

void TestMonitorPage::watchesWhileItIsSeen()
{
    QTRY_COMPARE(m_store->watches(m_experiment).size(), std::size_t{1});
    QCOMPARE(m_store->watches(m_experiment).front().trial, -1);
    m_page->selectTrial(2);
    QTRY_COMPARE(m_store->watches(m_experiment).front().trial, 2);
    const TimePoint until = m_store->watches(m_experiment).front().until;
    QTRY_VERIFY_WITH_TIMEOUT(m_store->watches(m_experiment).front().until > until, 30'000);

    m_page->hide();
    QTRY_VERIFY(m_store->watches(m_experiment).empty());
    m_page->show();
    QTRY_COMPARE(m_store->watches(m_experiment).size(), std::size_t{1});
    m_page->showMinimized();
    QTRY_VERIFY(m_store->watches(m_experiment).empty());
    m_page->showNormal();
    QTRY_COMPARE(m_store->watches(m_experiment).size(), std::size_t{1});

    const std::int64_t other = m_store->addExperiment("other");
    show(other);
    QTRY_COMPARE(m_store->watches(other).size(), std::size_t{1});
    QVERIFY(m_store->watches(m_experiment).empty());
    m_page.reset();
    m_client.reset();
    QVERIFY(m_store->watches(other).empty());
}

void TestMonitorPage::learningRatesOfTheSelectedTrial()
{
    auto* rates = find<CurvePlot>("learningRates");
    QVERIFY(!rates->isVisible());
    m_page->selectTrial(2);
    QTRY_VERIFY(rates->isVisible());
    QTRY_COMPARE(rates->shownRange().right(), 49.0);
    m_page->selectTrial(-1);
    QVERIFY(!rates->isVisible());

    m_page->hide(); // chosen on another page
    m_page->selectTrial(2);
    QTRY_VERIFY(!rates->isHidden());
    m_page->show();
    QTRY_COMPARE(rates->shownRange().right(), 49.0);
}

void TestMonitorPage::anotherExperimentStartsAfresh()
{
    m_page->selectTrial(1);
    const std::int64_t other = m_store->addExperiment("other");
    m_store->append(m_store->saveTrial(other, 0, TrialState::Running), "val/loss", fallingPoints(0, 30));
    show(other);
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 1);
    QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().right(), 29.0);
    QCOMPARE(find<CurvePlot>("curves")->selected(), -1);
    m_page->showExperiment({});
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 0);
}

void TestMonitorPage::theFilterActsOnTableCurvesAndCounts()
{
    m_store->append(m_store->saveTrial(m_experiment, 4, TrialState::Running), "val/loss",
                    fallingPoints(0, 500));
    auto* plot = find<CurvePlot>("curves");
    auto* filter = find<QLineEdit>("trialFilter");
    auto* chip = find<QToolButton>("chip-running");
    const auto last = [plot] { return plot->shownRange().right(); };
    QTRY_VERIFY(last() >= 499);
    QTRY_VERIFY(find<QLabel>("legend")->text().contains(QStringLiteral("running")));

    filter->setText(QStringLiteral("number<4"));
    QTRY_COMPARE(last(), 99.0); // of the curves that are left
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 4);
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("4 of 5 trials"));
    QCOMPARE(chip->text(), QStringLiteral("▶ 0"));
    QVERIFY(chip->isVisible());
    QVERIFY(!find<QLabel>("legend")->text().contains(QStringLiteral("running")));

    filter->setText(QStringLiteral("objective=0.25..0.45"));
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 2);
    QCOMPARE(find<QToolButton>("chip-completed")->text(), QStringLiteral("✓ 2"));
    filter->clear();
    QTRY_VERIFY(last() >= 499);

    chip->click();
    QTRY_COMPARE(last(), 99.0);
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("4 of 5 trials"));
    QCOMPARE(chip->text(), QStringLiteral("▶ 1"));         // one would come back
    m_store->finish(m_experiment, 4, TrialState::Stopped); // and stands behind another switch now
    QTRY_VERIFY(last() >= 499);
}

void TestMonitorPage::theLegendNamesWhatIsDrawn()
{
    auto* legend = find<QLabel>("legend");
    QTRY_VERIFY(legend->text().contains(QStringLiteral("failed or diverged")));
    const std::int64_t waiting = m_store->saveTrial(m_experiment, 4, TrialState::Queued);
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    QTest::qWait(400); // the legend is written anew
    QVERIFY2(!legend->text().contains(QStringLiteral("running")), qPrintable(legend->text()));
    m_store->append(waiting, "val/loss", fallingPoints(0, 1));
    QTRY_VERIFY(legend->text().contains(QStringLiteral("running")));
}

void TestMonitorPage::whatTheFilterDoesNotUnderstandIsSaid()
{
    auto* filter = find<QLineEdit>("trialFilter");
    auto* remark = find<QLabel>("filterRemark");
    QVERIFY(remark->isHidden());
    filter->setText(QStringLiteral("lr<abc width=64"));
    QVERIFY(remark->isVisible());
    QCOMPARE(remark->text(), QStringLiteral("“lr<abc” is left out. “abc” is no number."));
    QCOMPARE(filter->accessibleDescription(), remark->text());
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 2);
    filter->setText(QStringLiteral("runing"));
    QCOMPARE(remark->text(), QStringLiteral("“runing” occurs in no trial."));
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("0 of 4 trials"));
    filter->clear();
    QVERIFY(remark->isHidden());
}

void TestMonitorPage::theFilterKeepsTheSelection()
{
    QSignalSpy told(m_page.get(), &Page::trialSelected);
    m_page->selectTrial(1);
    auto* table = find<QTableView>("trials");
    find<QLineEdit>("trialFilter")->setText(QStringLiteral("number!=1"));
    QVERIFY(!table->currentIndex().isValid());
    QCOMPARE(find<CurvePlot>("curves")->selected(), 1);
    QCOMPARE(find<QLabel>("logHeading")->text(), QStringLiteral("Output of trial 1"));
    find<QLineEdit>("trialFilter")->clear();
    QCOMPARE(table->currentIndex().row(), 1);

    find<QToolButton>("chip-failed")->click();
    m_store->finish(m_experiment, 1, TrialState::Failed); // goes from the table by itself
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QTRY_VERIFY(!table->currentIndex().isValid());
    QCOMPARE(find<CurvePlot>("curves")->selected(), 1);
    QCOMPARE(told.size(), 0);
}

void TestMonitorPage::aPlotWithoutCurvesSaysWhy()
{
    auto* said = find<CurvePlot>("curves")->findChild<QLabel*>(QStringLiteral("plotEmpty"));
    QVERIFY(said->isHidden());
    find<QLineEdit>("trialFilter")->setText(QStringLiteral("lr>1"));
    QTRY_VERIFY(said->isVisible());
    QCOMPARE(said->text(), QStringLiteral("the filter lets no trial through"));
    find<QLineEdit>("trialFilter")->clear();
    QTRY_VERIFY(said->isHidden());
    const std::int64_t other = m_store->addExperiment("other");
    m_store->saveTrial(other, 0, TrialState::Running);
    show(other);
    QTRY_VERIFY(said->isVisible());
    QTRY_COMPARE(said->text(), QStringLiteral("waiting for the first value"));
    m_store->setState(other, ExperimentState::Stopped);
    m_page->showExperiment(m_store->find(other));
    QCOMPARE(said->text(), QStringLiteral("no trial has a value of val/loss"));
    show(m_store->addExperiment("draft", ExperimentState::Draft));
    QCOMPARE(said->text(), QStringLiteral("the search has not been started"));
}

void TestMonitorPage::aSingleValueIsSeenInTheTable()
{
    const std::int64_t other = m_store->addExperiment("other");
    m_store->saveTrial(other, 0, TrialState::Running);
    m_store->append(m_store->saveTrial(other, 1, TrialState::Running), "val/loss", {{1, 0.5}});
    show(other);
    auto* table = find<QTableView>("trials");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    const auto cell = [table](int row) { // with the shape of the curve
        return table->viewport()->grab(table->visualRect(table->model()->index(row, 4))).toImage();
    };
    QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().left(), 0.5);
    QTRY_VERIFY(cell(1) != cell(0));
}

void TestMonitorPage::columnWidthsBelongToColumns()
{
    auto* table = find<QTableView>("trials");
    const auto widthOf = [table](const char* title) {
        for (int column = 0; column < table->model()->columnCount(); ++column)
            if (table->model()->headerData(column, Qt::Horizontal).toString() == QString::fromLatin1(title))
                return table->columnWidth(column);
        return -1;
    };
    const int usual = widthOf("width");
    table->setColumnWidth(3, usual + 77); // as a person does with the mouse
    table->sortByColumn(3, Qt::DescendingOrder);
    table->horizontalHeader()->moveSection(3, 1);

    const std::int64_t other = m_store->addExperiment("other");
    {
        Database database(m_store->file().toStdString());
        std::string text = TestStore::experimentText();
        text.replace(text.find("  lr:"), 5, "  depth: {type: integer, low: 1, high: 9}\n  lr:");
        Experiments(database).setYaml(other, "other", text);
    }
    show(other); // depth, lr, width: what was second is third
    QCOMPARE(widthOf("width"), usual + 77);
    QVERIFY(widthOf("lr") < usual + 77);
    QCOMPARE(table->horizontalHeader()->visualIndex(3), 3);
    QCOMPARE(table->horizontalHeader()->sortIndicatorSection(), 0);

    m_page = std::make_unique<MonitorPage>(*m_client); // after a restart
    m_page->resize(1000, 800);
    m_page->show();
    m_page->showExperiment(m_store->find(m_experiment));
    table = find<QTableView>("trials");
    QCOMPARE(table->columnWidth(3), usual + 77);
}

void TestMonitorPage::theReasonOfAFailedSearchStandsAbove()
{
    auto* reason = find<QLabel>("searchReason");
    QVERIFY(reason->isHidden());
    std::string text = "its trials cannot be started:";
    for (int i = 0; i < 60; ++i)
        text += " no such file";
    m_store->setState(m_experiment, ExperimentState::Failed, text);
    m_page->showExperiment(m_store->find(m_experiment));
    QVERIFY(reason->isVisible());
    QCOMPARE(reason->text(), QStringLiteral("✕ failed: ") + QString::fromStdString(text));
    QTRY_VERIFY(reason->width() > 900);
    QVERIFY(reason->height() >= reason->heightForWidth(reason->width()));
    QCOMPARE(reason->mapTo(m_page.get(), QPoint()).y(), 0);
    m_store->setState(m_experiment, ExperimentState::Stopped, "stopped by request");
    m_page->showExperiment(m_store->find(m_experiment));
    QCOMPARE(reason->text(), QStringLiteral("■ stopped by request"));
    m_page->showExperiment(m_store->find(m_store->addExperiment("other")));
    QVERIFY(reason->isHidden());
}

WIDTHWISE_UI_TEST_MAIN(TestMonitorPage)
#include "tst_monitor_page.moc"
