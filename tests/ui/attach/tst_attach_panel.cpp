// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop attached to a store elsewhere, which is a file of this machine: all but SSH is real.
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/all_pages.h"
#include "ui/attach/attach_panel.h"
#include "ui/models/experiments_model.h"
#include "ui/shell/main_window.h"
#include "ui/shell/page.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

constexpr int patience = 60'000;

struct Desktop {
    explicit Desktop(const TestStore& store) : client(store.file()), window(client)
    {
        addAllPages(window, client);
        window.show();
    }
    template <class Widget>
    Widget* find(const char* name)
    {
        return window.findChild<Widget*>(QString::fromLatin1(name));
    }
    /// Of the first row of the sidebar.
    QString shown(int role)
    {
        const QAbstractItemModel* model = find<QListView>("experiments")->model();
        return model->rowCount() > 0 ? model->index(0, 0).data(role).toString() : QString();
    }
    QString attachment()
    {
        const auto* label = find<QLabel>("attachmentState");
        return label ? label->text() : QString();
    }

    StoreClient client;
    MainWindow window;
};

} // namespace

class TestAttachPanel : public UiTest {
    Q_OBJECT

    TestStore m_there, m_here;
    std::int64_t m_experiment = 0;

    bool isKept()
    {
        Database database(m_here.file().toStdString());
        Mirrors mirrors(database);
        const std::vector<MirrorRecord> all = mirrors.all();
        return !all.empty() && mirrors.isKept(all.front().id);
    }

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void attachesAndShowsWhatIsThere();
    void passesOnWhatIsAsked();
    void copiesAreNotTheDesktopsOwn();
    void attachesAgainAtTheStart();
    void detaches();
    void forgets();
};

void TestAttachPanel::initTestCase()
{
    qputenv("PATH", qgetenv("WIDTHWISE_BIN_DIR") + ':' + qgetenv("PATH"));
    m_experiment = m_there.addExperiment("gn2-lr");
    m_there.append(m_there.saveTrial(m_experiment, 0, TrialState::Completed, 0.5), "val/loss",
                   fallingPoints(1, 100));
    m_there.saveTrial(m_experiment, 1, TrialState::Running);
    m_there.beat(m_experiment);
}

void TestAttachPanel::cleanupTestCase()
{
    Database database(m_here.file().toStdString());
    for (const MirrorRecord& mirror : Mirrors(database).all())
        Mirrors(database).detach(mirror.id);
    QTRY_VERIFY_WITH_TIMEOUT(!isKept(), patience);
}

void TestAttachPanel::attachesAndShowsWhatIsThere()
{
    Desktop desktop(m_here);
    QVERIFY(QTest::qWaitForWindowActive(&desktop.window));
    desktop.find<QAction>("attach")->trigger();
    auto* host = desktop.find<QLineEdit>("attachHost");
    QTRY_VERIFY(host->hasFocus());
    QTest::keyClicks(host, QStringLiteral("local"));
    QTest::keyClicks(desktop.find<QLineEdit>("attachStore"), m_there.file());
    QTest::mouseClick(desktop.find<QPushButton>("attachNow"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(desktop.shown(Qt::DisplayRole), QStringLiteral("gn2-lr"), patience);
    QTRY_COMPARE_WITH_TIMEOUT(desktop.shown(DetailRole), QStringLiteral("local · 1/10"), patience);
    QVERIFY(desktop.shown(Qt::ToolTipRole).contains(QStringLiteral("a copy of gn2-lr on local, as of ")));
    QTRY_VERIFY_WITH_TIMEOUT(desktop.attachment().startsWith(QStringLiteral("1 experiment")), patience);
    QTest::keyClick(host, Qt::Key_Escape);
    QVERIFY(!desktop.find<AttachPanel>("attachPanel")->isVisible());
}

void TestAttachPanel::passesOnWhatIsAsked()
{
    Desktop desktop(m_here);
    auto* pause = desktop.find<QAction>("pause");
    QTRY_VERIFY_WITH_TIMEOUT(pause->isEnabled(), patience);
    m_there.beat(m_experiment); // who has the lease takes the command, nobody else is started
    pause->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(m_there.openCommands(m_experiment).size(), std::size_t{1}, patience);
    QVERIFY(m_there.openCommands(m_experiment).front() == Command{Command::Kind::Pause});
}

void TestAttachPanel::copiesAreNotTheDesktopsOwn()
{
    Desktop desktop(m_here);
    QTRY_VERIFY(desktop.window.currentExperiment() > 0);
    desktop.find<QAction>("remove")->trigger();
    QVERIFY(desktop.find<QLabel>("noticeText")->text().contains(QStringLiteral("stays on local")));
    ExperimentRecord derived;
    derived.name = "derived";
    derived.parent = desktop.window.currentExperiment();
    auto* page = desktop.window.findChild<Page*>(QStringLiteral("verify"));
    Q_EMIT page->experimentDerived(derived, false);
    QTRY_VERIFY(desktop.find<QLabel>("noticeText")->text().contains(QStringLiteral("is made there")));
    QVERIFY(m_there.openCommands(m_experiment).size() == 1);
}

void TestAttachPanel::attachesAgainAtTheStart()
{
    Database database(m_here.file().toStdString());
    const std::int64_t id = Mirrors(database).all().front().id;
    Mirrors(database).detach(id);
    QTRY_VERIFY_WITH_TIMEOUT(!isKept(), patience);
    Mirrors(database).attach(Mirrors(database).find(id)->remote); // as it was when the desktop ended
    const Desktop desktop(m_here);
    QTRY_VERIFY_WITH_TIMEOUT(isKept(), patience);
}

void TestAttachPanel::detaches()
{
    Desktop desktop(m_here);
    desktop.find<QAction>("attach")->trigger();
    QTRY_VERIFY(desktop.find<QPushButton>("detach"));
    desktop.find<QPushButton>("detach")->click();
    QTRY_VERIFY_WITH_TIMEOUT(!isKept(), patience);
    QTRY_VERIFY(desktop.attachment().contains(QStringLiteral("detached")));
    QVERIFY(desktop.find<QPushButton>("attachAgain"));
    QCOMPARE(desktop.shown(Qt::DisplayRole), QStringLiteral("gn2-lr")); // the copy stays
}

void TestAttachPanel::forgets()
{
    Desktop desktop(m_here);
    desktop.find<QAction>("attach")->trigger();
    QTRY_VERIFY(desktop.find<QPushButton>("forget"));
    QVERIFY(desktop.find<QPushButton>("forget")->isVisible());
    QTRY_COMPARE(desktop.shown(Qt::DisplayRole), QStringLiteral("gn2-lr"));
    desktop.find<QPushButton>("forget")->click();
    auto* remove = desktop.find<QPushButton>("noticeAction");
    QVERIFY(remove->isVisible());
    const QString question = desktop.find<QLabel>("noticeText")->text();
    QVERIFY2(question.startsWith(QStringLiteral("Forget local:")) &&
                 question.contains(QStringLiteral("remove its experiment from here")),
             qPrintable(question));
    QCOMPARE(desktop.shown(Qt::DisplayRole), QStringLiteral("gn2-lr"));
    remove->click();
    QTRY_VERIFY(desktop.shown(Qt::DisplayRole).isEmpty());
    QTRY_VERIFY(!desktop.find<QPushButton>("forget"));
    QCOMPARE(m_there.find(m_experiment).name, std::string("gn2-lr"));
}

WIDTHWISE_UI_TEST_MAIN(TestAttachPanel)
#include "tst_attach_panel.moc"
