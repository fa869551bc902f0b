// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/shell/desktop.h"
#include "tests/ui/ui_test.h"
#include "ui/editing/yaml_editor.h"
#include "ui/models/experiments_model.h"

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

using namespace widthwise;
using namespace widthwise::ui;

/// How a person begins: the start page, an opened file, and Start.
class TestStart : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void returnPressesTheFirstButton()
    {
        TestStore store;
        Desktop desktop(store);
        QApplication::setActiveWindow(&desktop.window);
        QVERIFY(QTest::qWaitForWindowActive(&desktop.window));
        QTRY_COMPARE(QApplication::focusWidget(), desktop.find<QPushButton>("openExample"));
        auto* fresh = desktop.window.findChild<QWidget*>(QStringLiteral("welcome"))
                          ->findChild<QPushButton*>(QStringLiteral("newExperiment"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), fresh);
        QTest::keyClick(fresh, Qt::Key_Return);
        QTRY_COMPARE(desktop.experiments(), QStringList{QStringLiteral("experiment")});
    }

    void theStartPageIsAlwaysReachable()
    {
        TestStore store;
        const std::int64_t id = store.addExperiment("search");
        Desktop desktop(store);
        QTRY_COMPARE(desktop.window.currentExperiment(), id);
        auto* welcome = desktop.find<QWidget>("welcome");
        auto* pages = desktop.find<QTabWidget>("pages");
        auto* list = desktop.find<QListView>("experiments");
        QVERIFY(!welcome->isVisible());
        desktop.find<QToolButton>("toStartPage")->click();
        QVERIFY(welcome->isVisible() && !pages->isVisible());
        QVERIFY(!list->selectionModel()->hasSelection());
        store.saveTrial(id, 0, TrialState::Completed, 1.0);
        QTRY_COMPARE(list->model()->index(0, 0).data(DetailRole).toString(), QStringLiteral("1/10"));
        QVERIFY(welcome->isVisible());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(0, 0)).center());
        QVERIFY(pages->isVisible());
        QVERIFY(list->selectionModel()->hasSelection());

        desktop.find<QAction>("startPage")->trigger();
        QVERIFY(welcome->isVisible());
        for (QAction* action : desktop.window.actions())
            if (action->shortcut() == QKeySequence(Qt::CTRL | Qt::Key_1))
                action->trigger();
        QVERIFY(pages->isVisible());
    }

    void whatIsNewIsDesigned()
    {
        TestStore store;
        const std::int64_t id = store.addExperiment("search");
        Desktop desktop(store);
        QTRY_COMPARE(desktop.window.currentExperiment(), id);
        auto* tabs = desktop.find<QTabWidget>("pages");
        tabs->setCurrentWidget(desktop.find<QWidget>("monitor"));
        desktop.find<QAction>("newExperiment")->trigger();
        QTRY_VERIFY(desktop.window.currentExperiment() > id);
        QCOMPARE(tabs->currentWidget()->objectName(), QStringLiteral("design"));
    }

    void aClickBesideTheExperimentsKeepsTheChoice()
    {
        TestStore store;
        const std::int64_t id = store.addExperiment("search");
        Desktop desktop(store);
        QTRY_COMPARE(desktop.window.currentExperiment(), id);
        auto* list = desktop.find<QListView>("experiments");
        QVERIFY(list->selectionModel()->hasSelection());
        const QPoint below = list->visualRect(list->model()->index(0, 0)).bottomLeft() + QPoint(20, 40);
        QVERIFY(!list->indexAt(below).isValid());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, below);
        QVERIFY(list->selectionModel()->hasSelection());
        QCOMPARE(desktop.window.currentExperiment(), id);
    }

    void aFileThatIsEditedIsFoundAgain()
    {
        TestStore store;
        QTemporaryDir folder;
        const QString path = writeExperiment(folder);
        Desktop desktop(store);
        desktop.window.openOnStart(path, false);
        QTRY_COMPARE(desktop.experiments(), QStringList{QStringLiteral("test")});
        QTRY_VERIFY(desktop.window.currentExperiment() > 0);
        auto* editor = desktop.find<QTabWidget>("pages")->findChild<YamlEditor*>();
        QTest::keyClicks(editor, QStringLiteral("# mine"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_VERIFY(QString::fromStdString(store.find(1).yaml).startsWith(QStringLiteral("# mine")));
        desktop.find<QAction>("startPage")->trigger();
        desktop.window.openOnStart(path, false); // again
        QTRY_VERIFY(desktop.find<QTabWidget>("pages")->isVisible());
        QCOMPARE(desktop.experiments(), QStringList{QStringLiteral("test")});
        QVERIFY(QString::fromStdString(store.find(1).yaml).startsWith(QStringLiteral("# mine")));
    }

    void aProblemInTheDesignKeepsItFromStarting()
    {
        const NoDriver noDriver;
        TestStore store;
        const std::int64_t id = store.addExperiment("search", ExperimentState::Draft);
        Desktop desktop(store);
        QTRY_COMPARE(desktop.window.currentExperiment(), id);
        QApplication::setActiveWindow(&desktop.window);
        QVERIFY(QTest::qWaitForWindowActive(&desktop.window));
        auto* tabs = desktop.find<QTabWidget>("pages");
        const int design = tabs->currentIndex();
        QCOMPARE(tabs->currentWidget()->objectName(), QStringLiteral("design"));

        QLineEdit* low = nullptr;
        for (auto* line : tabs->currentWidget()->findChildren<QLineEdit*>())
            if (line->accessibleName() == QStringLiteral("Low of lr"))
                low = line;
        QVERIFY(low);
        low->setFocus();
        low->selectAll();
        QTest::keyClicks(low, QStringLiteral("abc"));
        tabs->setCurrentIndex(design + 1);
        desktop.find<QAction>("start")->trigger();
        QCOMPARE(tabs->currentIndex(), design);
        QTRY_VERIFY(low->hasFocus());
        QVERIFY2(desktop.find<QLabel>("noticeText")->text().contains(QStringLiteral("1 problem")),
                 qPrintable(desktop.find<QLabel>("noticeText")->text()));

        QTest::keyClicks(low, QStringLiteral("1"));
        desktop.find<QAction>("start")->trigger();
        QCOMPARE(tabs->currentIndex(), design); // abc1
        QCOMPARE(store.find(id).state, ExperimentState::Draft);
        low->selectAll();
        QTest::keyClicks(low, QStringLiteral("1e-3"));
        QTRY_VERIFY(!desktop.find<QWidget>("notice")->isVisible()); // it is true no longer
        desktop.find<QAction>("start")->trigger();
        QCOMPARE(tabs->currentWidget()->objectName(), QStringLiteral("monitor"));
        QTRY_COMPARE(store.find(id).state, ExperimentState::Ready);
    }
};

WIDTHWISE_UI_TEST_MAIN(TestStart)
#include "tst_start.moc"
