// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/shell/desktop.h"
#include "tests/ui/ui_test.h"

#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>
#include <QToolBar>

using namespace widthwise;
using namespace widthwise::ui;

/// What the window asks of an experiment.
class TestWindowActions : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void actionsFollowTheState();
    void pauseAndStopReachTheStore();
    void stoppingAsksWhereTrialsRunAndCanBeUndone();
    void whatEndedIsResumedOrGivenMoreTrials();
    void removingAsksInline();
};

void TestWindowActions::actionsFollowTheState()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("search", ExperimentState::Draft);
    Desktop desktop(store);
    QTRY_COMPARE(desktop.window.currentExperiment(), id);
    auto* start = desktop.find<QAction>("start");
    auto* pause = desktop.find<QAction>("pause");
    QTRY_VERIFY(start->isEnabled());
    QCOMPARE(start->text(), QStringLiteral("Start"));
    QVERIFY(!pause->isEnabled());
    QVERIFY(!desktop.find<QAction>("retryFailed")->isEnabled());

    store.setState(id, ExperimentState::Running);
    store.beat(id);
    QTRY_VERIFY(pause->isEnabled());
    QVERIFY(!start->isEnabled());
    QVERIFY(!desktop.find<QAction>("remove")->isEnabled());
    store.saveTrial(id, 0, TrialState::Failed);
    QTRY_VERIFY(desktop.find<QAction>("retryFailed")->isEnabled());
    store.setState(id, ExperimentState::Paused);
    QTRY_VERIFY(start->isEnabled());
    QCOMPARE(start->text(), QStringLiteral("Resume"));
}

void TestWindowActions::pauseAndStopReachTheStore()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("search");
    store.saveTrial(id, 0, TrialState::Completed);
    store.saveTrial(id, 1, TrialState::Failed);
    store.beat(id);
    Desktop desktop(store);
    QTRY_VERIFY(desktop.find<QAction>("retryFailed")->isEnabled());
    QTRY_COMPARE(desktop.find<QLabel>("trialCount")->text(), QStringLiteral("2 trials"));
    desktop.find<QAction>("pause")->trigger();
    desktop.find<QAction>("retryFailed")->trigger();
    desktop.find<QAction>("stop")->trigger();
    QTRY_COMPARE(store.openCommands(id),
                 (std::vector<Command>{
                     {Command::Kind::Pause}, {Command::Kind::RetryTrial, 1}, {Command::Kind::Stop}}));
}

void TestWindowActions::stoppingAsksWhereTrialsRunAndCanBeUndone()
{
    const NoDriver noDriver;
    TestStore store;
    const std::int64_t id = store.addExperiment("search");
    store.saveTrial(id, 0, TrialState::Running);
    store.beat(id);
    Desktop desktop(store);
    auto* stop = desktop.find<QAction>("stop");
    auto* start = desktop.find<QAction>("start");
    auto* notice = desktop.find<QWidget>("notice");
    QTRY_VERIFY(stop->isEnabled());
    QVERIFY(!start->isEnabled());
    stop->trigger();
    QVERIFY(notice->isVisible());
    QVERIFY(
        desktop.find<QLabel>("noticeText")->text().contains(QStringLiteral("1 trial writes its checkpoint")));
    QTest::keyClick(desktop.find<QPushButton>("noticeAction"), Qt::Key_Escape);
    QVERIFY(store.openCommands(id).empty());
    stop->trigger();
    QTest::keyClick(desktop.find<QPushButton>("noticeAction"), Qt::Key_Return);
    QTRY_COMPARE(store.openCommands(id), std::vector<Command>{{Command::Kind::Stop}});

    store.setState(id, ExperimentState::Stopped); // its trial still writes
    QTRY_COMPARE(start->text(), QStringLiteral("Undo stop"));
    QVERIFY(start->isEnabled());
    QCOMPARE(stop->text(), QStringLiteral("End trials"));
    start->trigger();
    QTRY_COMPARE(store.openCommands(id),
                 (std::vector<Command>{{Command::Kind::Stop}, {Command::Kind::Resume}}));
    store.saveTrial(id, 0, TrialState::Stopped);
    QTRY_COMPARE(start->text(), QStringLiteral("Resume"));
    QVERIFY(!stop->isEnabled());
}

void TestWindowActions::whatEndedIsResumedOrGivenMoreTrials()
{
    const NoDriver noDriver;
    for (const ExperimentState state : {ExperimentState::Stopped, ExperimentState::Failed}) {
        TestStore store;
        const std::int64_t id = store.addExperiment("search", state);
        Desktop desktop(store);
        auto* start = desktop.find<QAction>("start");
        QTRY_VERIFY(start->isEnabled());
        QCOMPARE(start->text(), QStringLiteral("Resume"));
        start->trigger();
        QTRY_COMPARE(store.openCommands(id), std::vector<Command>{{Command::Kind::Resume}});
    }
    TestStore store;
    const std::int64_t id = store.addExperiment("search", ExperimentState::Completed);
    store.saveTrial(id, 0, TrialState::Completed, 0.5);
    Desktop desktop(store);
    auto* more = desktop.find<QAction>("addTrials");
    QTRY_VERIFY(more->isEnabled());
    QVERIFY(!desktop.find<QAction>("start")->isEnabled());
    QTest::mouseClick(desktop.find<QToolBar>("toolBar")->widgetForAction(more), Qt::LeftButton);
    auto* count = desktop.find<QSpinBox>("moreTrialsCount");
    QVERIFY(count->isVisible());
    QTest::keyClicks(count, QStringLiteral("7"));
    QTest::keyClick(count, Qt::Key_Return);
    QTRY_COMPARE(store.openCommands(id), std::vector<Command>{{Command::Kind::Resume}});
    QVERIFY(QByteArray(store.find(id).yaml.c_str()).contains("budget: {trials: 8}"));
    QVERIFY(!count->isVisible());
}

void TestWindowActions::removingAsksInline()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("search", ExperimentState::Completed);
    Desktop desktop(store);
    QTRY_VERIFY(desktop.find<QAction>("remove")->isEnabled());
    desktop.find<QAction>("remove")->trigger();
    auto* notice = desktop.find<QWidget>("notice");
    QVERIFY(notice->isVisible());
    QTest::keyClick(desktop.find<QPushButton>("noticeAction"), Qt::Key_Escape);
    QVERIFY(!notice->isVisible());
    QCOMPARE(store.find(id).id, id);
    desktop.find<QAction>("remove")->trigger();
    QTest::mouseClick(desktop.find<QPushButton>("noticeAction"), Qt::LeftButton);
    QTRY_COMPARE(store.find(id).id, 0);
    QTRY_VERIFY(desktop.find<QWidget>("welcome")->isVisible());
    QCOMPARE(desktop.window.currentExperiment(), 0);
}

WIDTHWISE_UI_TEST_MAIN(TestWindowActions)
#include "tst_window_actions.moc"
