// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site.h"
#include "tests/ui/shell/desktop.h"
#include "tests/ui/ui_test.h"
#include "ui/shell/page.h"
#include "ui/shell/settings.h"

#include <QAction>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QListView>
#include <QMimeData>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
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
