// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site.h"
#include "core/store/query.h"
#include "tests/ui/shell/desktop.h"
#include "tests/ui/ui_test.h"
#include "ui/editing/yaml_editor.h"
#include "ui/monitor/monitor_page.h"
#include "ui/shell/status_line.h"

#include <QAction>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

/// What the window tells: the driver, the link, the store.
class TestWindowNotices : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void aLostDriverIsTold();
    void theLinkToTheSiteIsTold();
    void theTimeLeftIsADuration();
    void whatCheckpointsTakeIsTold();
    void theReasonOfAFailedSearchIsToldInFull();
    void messagesOfTheStoreAreShown();
    void aStoreThatWasReplacedIsOpenedAgain();
    void aStoreThatWasDeletedIsNotMadeAnew();
};

void TestWindowNotices::aLostDriverIsTold()
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

void TestWindowNotices::theLinkToTheSiteIsTold()
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

void TestWindowNotices::theTimeLeftIsADuration()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search"); // 10 trials, 2 at a time
    for (int number = 0; number < 4; ++number)
        store.saveTrial(experiment, number, TrialState::Completed, 0.5); // of 60 s
    Desktop desktop(store);
    auto* text = desktop.find<QLabel>("statusText");
    QTRY_VERIFY2(text->text().endsWith(QStringLiteral("about 3 min left")), qPrintable(text->text()));
}

void TestWindowNotices::whatCheckpointsTakeIsTold()
{
    TestStore store;
    const std::int64_t experiment = store.addExperiment("search");
    for (int number = 0; number < 2; ++number)
        store.saveTrial(experiment, number, TrialState::Completed, 0.5);
    store.measure(experiment, 0, 3 << 20);
    store.measure(experiment, 1, 0, true);
    Desktop desktop(store);
    auto* text = desktop.find<QLabel>("statusText");
    QTRY_VERIFY2(text->text().endsWith(QStringLiteral("checkpoints 3.0 MiB of 1 trial, 1 deleted")),
                 qPrintable(text->text()));
}

void TestWindowNotices::theReasonOfAFailedSearchIsToldInFull()
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
    auto* pages = desktop.find<QTabWidget>("pages");
    const int before = pages->currentIndex();
    pages->setCurrentWidget(desktop.window.findChild<MonitorPage*>()); // which says it itself
    QVERIFY(reason->isHidden() && desktop.find<QLabel>("searchReason")->isVisible());
    pages->setCurrentIndex(before);
    QVERIFY(reason->isVisible());
    store.setState(experiment, ExperimentState::Running);
    QTRY_VERIFY(reason->isHidden());
}

void TestWindowNotices::messagesOfTheStoreAreShown()
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

void TestWindowNotices::aStoreThatWasReplacedIsOpenedAgain()
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

void TestWindowNotices::aStoreThatWasDeletedIsNotMadeAnew()
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

WIDTHWISE_UI_TEST_MAIN(TestWindowNotices)
#include "tst_window_notices.moc"
