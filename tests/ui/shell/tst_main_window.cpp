// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site.h"
#include "core/store/query.h"
#include "tests/ui/shell/desktop.h"
#include "tests/ui/ui_test.h"
#include "ui/editing/yaml_editor.h"
#include "ui/shell/page.h"
#include "ui/shell/settings.h"
#include "ui/shell/status_line.h"

#include <QAction>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QListView>
#include <QMimeData>

#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>
#include <QToolBar>
#include <QToolButton>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// A page that does as its test says.
struct PlainPage : public Page {
    void showExperiment(const ExperimentRecord& experiment) override { shown = experiment; }
    ExperimentRecord shown;
};

} // namespace

class TestMainWindow : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyStoreWelcomes();
    void theNewestExperimentIsChosenFirst();
    void theChosenExperimentIsRemembered();
    void aDroppedFileBecomesAnExperimentOnce();
    void aFileIsOpenedAndStartedOnRequest();
    void whatAPageDerivesIsAddedShownAndStarted();
    void actionsFollowTheState();
    void pauseAndStopReachTheStore();
    void stoppingAsksWhereTrialsRunAndCanBeUndone();
    void whatEndedIsResumedOrGivenMoreTrials();
    void aLostDriverIsTold();
    void theLinkToTheSiteIsTold();
    void theTimeLeftIsADuration();
    void theReasonOfAFailedSearchIsToldInFull();
    void removingAsksInline();
    void messagesOfTheStoreAreShown();
    void aStoreThatWasReplacedIsOpenedAgain();
    void aStoreThatWasDeletedIsNotMadeAnew();
    void aSiteIsShownInPlaceOfTheExperiment();
    void everyControlHasANameAndAKey();
    void shortcutsAreListed();
};

void TestMainWindow::anEmptyStoreWelcomes()
{
    TestStore store;
    Desktop desktop(store);
    auto* fresh = desktop.find<QPushButton>("newExperiment");
    QTRY_VERIFY(fresh && fresh->isVisible());
    QVERIFY(desktop.find<QPushButton>("openExample")->isVisible());
    QTest::mouseClick(fresh, Qt::LeftButton);
    QTRY_COMPARE(desktop.experiments(), QStringList{QStringLiteral("experiment")});
    QTRY_VERIFY(!fresh->isVisible());
    QVERIFY(desktop.find<QTabWidget>("pages")->isVisible());
    QTRY_VERIFY(desktop.window.currentExperiment() > 0);
}

void TestMainWindow::theNewestExperimentIsChosenFirst()
{
    Settings::setChoice(QStringLiteral("experiment"), {});
    TestStore store;
    store.addExperiment("older");
    const std::int64_t newer = store.addExperiment("newer");
    Desktop desktop(store);
    QTRY_COMPARE(desktop.window.currentExperiment(), newer);
    QCOMPARE(desktop.experiments(), (QStringList{QStringLiteral("newer"), QStringLiteral("older")}));
    QVERIFY(desktop.window.windowTitle().startsWith(QStringLiteral("newer")));
}

void TestMainWindow::theChosenExperimentIsRemembered()
{
    TestStore store;
    const std::int64_t older = store.addExperiment("older");
    const std::int64_t newer = store.addExperiment("newer");
    {
        Desktop desktop(store);
        QTRY_COMPARE(desktop.window.currentExperiment(), newer);
        desktop.find<QListView>("experiments")->setFocus();
        QTest::keyClick(desktop.find<QListView>("experiments"), Qt::Key_Down);
        QTRY_COMPARE(desktop.window.currentExperiment(), older);
        desktop.window.close();
    }
    Desktop desktop(store);
    QTRY_COMPARE(desktop.window.currentExperiment(), older);
}

void TestMainWindow::aDroppedFileBecomesAnExperimentOnce()
{
    TestStore store;
    QTemporaryDir folder;
    const QString file = writeExperiment(folder);
    Desktop desktop(store);
    QTRY_VERIFY(desktop.find<QWidget>("welcome")->isVisible());
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    const auto drop = [&] {
        QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&desktop.window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&desktop.window, &event);
    };
    drop();
    QTRY_COMPARE(desktop.experiments(), QStringList{QStringLiteral("test")});
    QCOMPARE(store.find(1).baseDirectory, folder.path().toStdString());
    QCOMPARE(store.find(1).state, ExperimentState::Draft);
    drop();
    QTest::qWait(300);
    QCOMPARE(desktop.experiments().size(), 1);
}

void TestMainWindow::aFileIsOpenedAndStartedOnRequest()
{
    TestStore store;
    QTemporaryDir folder;
    const QString file = writeExperiment(folder);
    Desktop desktop(store);
    const NoDriver noDriver;
    desktop.window.openOnStart(file, true);
    QTRY_COMPARE(desktop.experiments().size(), 1);
    QTRY_COMPARE(store.find(1).state, ExperimentState::Ready);
    auto* pages = desktop.find<QTabWidget>("pages");
    QCOMPARE(pages->currentWidget()->objectName(), QStringLiteral("monitor"));
}

void TestMainWindow::whatAPageDerivesIsAddedShownAndStarted()
{
    TestStore store;
    const std::int64_t base = store.addExperiment("search");
    Desktop desktop(store);
    auto* page = new PlainPage;
    desktop.window.addPage(QStringLiteral("plain"), QStringLiteral("Plain"), page);
    auto* pages = desktop.find<QTabWidget>("pages");
    pages->setCurrentWidget(page);
    QTRY_COMPARE(page->shown.id, base);
    const NoDriver noDriver;
    ExperimentRecord derived = page->shown;
    derived.parent = base;
    derived.state = ExperimentState::Draft;
    Q_EMIT page->experimentDerived(derived, true);
    QTRY_COMPARE(page->shown.name, "search-2");
    QCOMPARE(page->shown.parent, std::optional(base));
    QCOMPARE(pages->currentWidget(), page);
    QTRY_COMPARE(store.find(page->shown.id).state, ExperimentState::Ready);

    Q_EMIT page->experimentDerived(derived, false, QStringLiteral("monitor"));
    QTRY_COMPARE(page->shown.name, "search-3");
    QCOMPARE(store.find(page->shown.id).state, ExperimentState::Draft);
    QCOMPARE(pages->currentWidget()->objectName(), QStringLiteral("monitor"));

    Q_EMIT page->experimentWanted(base);
    QTRY_COMPARE(page->shown.id, base);
}

void TestMainWindow::actionsFollowTheState()
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

void TestMainWindow::pauseAndStopReachTheStore()
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

void TestMainWindow::stoppingAsksWhereTrialsRunAndCanBeUndone()
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

void TestMainWindow::whatEndedIsResumedOrGivenMoreTrials()
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

void TestMainWindow::aLostDriverIsTold()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("search");
    store.beat(id);
    Desktop desktop(store);
    auto* driver = desktop.find<QLabel>("driverState");
    QTRY_VERIFY(driver->text().contains(QStringLiteral("● running")));
    QVERIFY(!desktop.find<QPushButton>("resumeDriver")->isVisible());
    store.beat(id, std::chrono::minutes(3));
    QTRY_VERIFY(driver->text().contains(QStringLiteral("◌ lost, silent for 3 min")));
    QVERIFY(desktop.find<QPushButton>("resumeDriver")->isVisible());
}

void TestMainWindow::theLinkToTheSiteIsTold()
{
    using State = SiteLink::State;
    using namespace std::chrono_literals;
    TestStore store;
    const std::int64_t id = store.addExperiment("search");
    const TimePoint now = currentTime();
    store.beat(id, {}, SiteLink{State::Connecting, {}, now, {}, {}});
    Desktop desktop(store);
    auto* link = desktop.find<QLabel>("linkState");
    auto* login = desktop.find<QPushButton>("logIn");
    QTRY_VERIFY(link->text().contains(QStringLiteral("○ connecting")));
    QVERIFY(link->text().startsWith(QStringLiteral("juwels")));
    store.beat(id, {}, SiteLink{State::Connected, {}, now, {}, now});
    QTRY_VERIFY(link->text().contains(QStringLiteral("● connected")));
    QVERIFY(link->isVisible());

    store.beat(id, {}, SiteLink{State::Lost, "Connection refused", now - 40min, now + 630s, now - 41min});
    QTRY_VERIFY2(link->text().contains(QStringLiteral("◌ link lost 40 min ago, next try in 10 min")),
                 qPrintable(link->text()));
    QVERIFY(link->toolTip().contains(QStringLiteral("Connection refused")));
    QVERIFY(link->toolTip().contains(QStringLiteral("last contact 41 min ago")));
    QVERIFY(!login->isVisible());
    store.beat(id, {}, SiteLink{State::Connecting, {}, now - 40min, {}, now - 41min});
    QTRY_VERIFY(link->text().contains(QStringLiteral("◌ link lost 40 min ago, trying again")));

    QSignalSpy wanted(desktop.find<StatusLine>("statusLine"), &StatusLine::loginWanted);
    Database database(store.file().toStdString()); // this process would be asked to end as the driver
    Query(database, "UPDATE driver SET host = 'elsewhere'").run();
    store.beat(id, {}, SiteLink{State::NeedsPerson, "a password is needed", now, {}, {}});
    QTRY_VERIFY(link->text().contains(QStringLiteral("! needs you: a password is needed")));
    QTest::mouseClick(login, Qt::LeftButton);
    QCOMPARE(wanted.size(), 1);
    QVERIFY(desktop.find<QLabel>("noticeText")->text().contains(QStringLiteral("is driven on elsewhere")));

    store.beat(id, 3min, SiteLink{State::Connected, {}, now, {}, now}); // nobody knows any more
    QTRY_VERIFY(!link->isVisible());
    QVERIFY(!login->isVisible());
}

void TestMainWindow::theTimeLeftIsADuration()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search"); // 10 trials, 2 at a time
    for (int number = 0; number < 4; ++number)
        store.saveTrial(experiment, number, TrialState::Completed, 0.5); // of 60 s
    Desktop desktop(store);
    auto* text = desktop.find<QLabel>("statusText");
    QTRY_VERIFY2(text->text().endsWith(QStringLiteral("about 3 min left")), qPrintable(text->text()));
}

void TestMainWindow::theReasonOfAFailedSearchIsToldInFull()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    std::string why = "its trials cannot be started:";
    for (int i = 0; i < 60; ++i)
        why += " no such file";
    store.setState(experiment, ExperimentState::Failed, why);
    Desktop desktop(store);
    desktop.window.resize(900, 600);
    auto* reason = desktop.find<QLabel>("statusReason");
    QTRY_VERIFY(reason->isVisible());
    QCOMPARE(reason->text(), QStringLiteral("✕ failed: ") + QString::fromStdString(why));
    const auto isWhole = [&] {
        const QRect place(reason->mapTo(&desktop.window, QPoint()), reason->size());
        return reason->height() >= reason->heightForWidth(reason->width()) &&
               desktop.window.rect().contains(place) &&
               reason->parentWidget()->rect().contains(reason->geometry());
    };
    QTRY_VERIFY(isWhole());
    desktop.window.resize(1300, 700);
    QTRY_VERIFY(isWhole());
    store.setState(experiment, ExperimentState::Running);
    QTRY_VERIFY(reason->isHidden());
}

void TestMainWindow::removingAsksInline()
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

void TestMainWindow::messagesOfTheStoreAreShown()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("search", ExperimentState::Draft);
    Desktop desktop(store);
    QTRY_COMPARE(desktop.window.currentExperiment(), id);
    desktop.client.saveText(id, QStringLiteral("search"), QStringLiteral("name: 3\nspcae: {}"));
    QTRY_VERIFY(store.find(id).yaml.starts_with("name: 3"));
    desktop.find<QAction>("start")->trigger();
    QTRY_VERIFY(desktop.find<QWidget>("notice")->isVisible());
    QVERIFY(desktop.find<QLabel>("noticeText")->text().contains(QStringLiteral("spcae")));
}

void TestMainWindow::aStoreThatWasReplacedIsOpenedAgain()
{
    TestStore store;
    const std::int64_t id = store.addExperiment("ours", ExperimentState::Draft);
    Desktop desktop(store);
    QTRY_COMPARE(desktop.window.currentExperiment(), id);
    QTRY_VERIFY(desktop.window.windowTitle().startsWith(QStringLiteral("ours")));
    TestStore other;
    QCOMPARE(other.addExperiment("theirs", ExperimentState::Draft), id);
    QFile::remove(store.file());
    QVERIFY(QFile::link(other.file(), store.file()));

    auto* notice = desktop.find<QWidget>("notice");
    QTRY_VERIFY(notice->isVisible());
    QVERIFY(desktop.find<QLabel>("noticeText")->text().contains(store.file()));
    desktop.client.saveText(id, QStringLiteral("ours"), QStringLiteral("name: ours"));
    QSignalSpy lost(&desktop.client, &StoreClient::lost);
    QTRY_COMPARE(lost.size(), 1);
    QCOMPARE(other.find(id).name, std::string("theirs"));

    desktop.window.findChild<YamlEditor*>()->appendPlainText(QStringLiteral("# not saved yet"));
    QTest::mouseClick(desktop.find<QPushButton>("noticeAction"), Qt::LeftButton);
    QTRY_COMPARE(desktop.experiments(), QStringList{QStringLiteral("theirs")});
    QTRY_VERIFY(desktop.window.windowTitle().startsWith(QStringLiteral("theirs")));
    QVERIFY(!notice->isVisible());
    QCOMPARE(other.find(id).yaml, std::string(TestStore::experimentText()));
    other.addExperiment("another");
    QTRY_COMPARE(desktop.experiments().size(), 2);
}

void TestMainWindow::aStoreThatWasDeletedIsNotMadeAnew()
{
    TestStore store;
    store.addExperiment("ours");
    Desktop desktop(store);
    QTRY_COMPARE(desktop.experiments().size(), 1);
    QVERIFY(QFile::rename(store.file(), store.file() + QStringLiteral(".away")));
    auto* notice = desktop.find<QWidget>("notice");
    QTRY_VERIFY(notice->isVisible());
    QTest::mouseClick(desktop.find<QPushButton>("noticeAction"), Qt::LeftButton);
    QVERIFY(!notice->isVisible());
    QTRY_VERIFY(notice->isVisible());
    QVERIFY(!QFile::exists(store.file()));
    QVERIFY(QFile::rename(store.file() + QStringLiteral(".away"), store.file()));
    store.addExperiment("another");
    QTRY_COMPARE(desktop.experiments().size(), 2);
}

void TestMainWindow::aSiteIsShownInPlaceOfTheExperiment()
{
    TestStore store;
    const std::int64_t search = store.addExperiment("search");
    Desktop desktop(store);
    QTRY_COMPARE(desktop.window.currentExperiment(), search);
    auto* sites = desktop.find<QListView>("sites");
    const auto click = [](QListView* list, int row) {
        const QRect place = list->visualRect(list->model()->index(row, 0));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, place.center());
    };
    click(sites, 0);
    QVERIFY(desktop.find<QWidget>("sitesPage")->isVisible());
    QVERIFY(!desktop.find<QTabWidget>("pages")->isVisible());
    QCOMPARE(desktop.window.currentExperiment(), search);
    store.addExperiment("another");
    QTRY_COMPARE(desktop.experiments().size(), 2);
    QVERIFY(desktop.find<QWidget>("sitesPage")->isVisible());

    QTest::mouseClick(desktop.find<QToolButton>("newSite"), Qt::LeftButton);
    QCOMPARE(sites->currentIndex().data().toString(), QStringLiteral("new-site"));
    auto* experiments = desktop.find<QListView>("experiments");
    click(experiments, 1);
    QVERIFY(desktop.find<QTabWidget>("pages")->isVisible());
    QVERIFY(!sites->currentIndex().isValid());
    QCOMPARE(desktop.window.currentExperiment(), search);
    QFile::remove(QString::fromStdString(siteFile("new-site")));
}

void TestMainWindow::everyControlHasANameAndAKey()
{
    TestStore store;
    store.addExperiment("search");
    Desktop desktop(store);
    QTRY_VERIFY(desktop.window.currentExperiment() > 0);
    const auto ours = [](const QWidget* widget) {
        return !widget->objectName().startsWith(QStringLiteral("qt_"));
    };
    for (const QWidget* widget : desktop.window.findChildren<QWidget*>()) {
        if (!ours(widget) || widget->focusPolicy() == Qt::NoFocus ||
            widget->parentWidget()->inherits("QTabWidget") ||
            widget->parentWidget()->inherits("QComboBoxPrivateContainer"))
            continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
        const bool inner = widget->parentWidget() && !widget->parentWidget()->accessibleName().isEmpty();
        QVERIFY2(
            named || inner,
            qPrintable(QStringLiteral("%1 %2 in %3")
                           .arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
                                QString::fromLatin1(widget->parentWidget()->metaObject()->className()))));
    }
    for (const char* name :
         {"newExperiment", "openFile", "start", "pause", "stop", "retryFailed", "changeTheme"})
        QVERIFY2(!desktop.find<QAction>(name)->shortcut().isEmpty(), name);
}

void TestMainWindow::shortcutsAreListed()
{
    TestStore store;
    Desktop desktop(store);
    QVERIFY(QTest::qWaitForWindowActive(&desktop.window));
    auto* list = desktop.find<QWidget>("shortcutList");
    QTest::keyClick(&desktop.window, Qt::Key_F1);
    QVERIFY(list->isVisible());
    QStringList texts;
    for (const QLabel* label : list->findChildren<QLabel*>())
        texts.append(label->text());
    QVERIFY(texts.contains(QStringLiteral("Retry failed")));
    QVERIFY(texts.contains(QStringLiteral("Ctrl+R")));
    QTest::keyClick(list, Qt::Key_Escape);
    QVERIFY(!list->isVisible());
}

WIDTHWISE_UI_TEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
