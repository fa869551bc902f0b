// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop on stores that are damaged, newer, or cannot be written.
#include "core/store/experiments.h"
#include "tests/core/store/read_only_place.h"
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/editing/yaml_editor.h"
#include "ui/feed/store_client.h"
#include "ui/shell/main_window.h"
#include "ui/workbench.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <optional>

using namespace widthwise;
using namespace widthwise::ui;
using widthwise::test::ReadOnlyMount;

class TestWorkbench : public UiTest {
    Q_OBJECT

    std::optional<QTemporaryDir> m_folder;

    QString file(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    static void makeStore(const QString& file, const char* experiment)
    {
        Database database(file.toStdString());
        ExperimentRecord record;
        record.name = experiment;
        record.yaml = TestStore::experimentText();
        Experiments(database).add(record);
    }
    template <class Widget>
    static Widget* find(Workbench& bench, const char* name)
    {
        return bench.window().findChild<Widget*>(QString::fromLatin1(name));
    }
    static QStringList experiments(Workbench& bench)
    {
        QStringList names;
        const QAbstractItemModel* model = find<QListView>(bench, "experiments")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            names.append(model->index(row, 0).data().toString());
        return names;
    }
    /// Types the name into the dialog that is open, and confirms.
    static void choose(Workbench& bench, const QString& store)
    {
        auto* dialog = bench.window().findChild<QFileDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        auto* name = dialog->findChild<QLineEdit*>();
        name->setText(store);
        QTest::keyClick(name, Qt::Key_Return);
    }

private Q_SLOTS:
    void init()
    {
        UiTest::init();
        m_folder.emplace();
    }

    void aStoreThatCannotBeReadOffersAnother_data()
    {
        QTest::addColumn<QByteArray>("contents"); // empty: a store of a newer Widthwise
        QTest::addColumn<QString>("says");
        QTest::newRow("no database") << QByteArray(8192, 'x') << QStringLiteral("not a store of Widthwise");
        QTest::newRow("newer") << QByteArray() << QStringLiteral("written by a newer Widthwise");
    }

    void aStoreThatCannotBeReadOffersAnother()
    {
        QFETCH(QByteArray, contents);
        QFETCH(QString, says);
        makeStore(file("good.db"), "search");
        if (contents.isEmpty())
            makeStore(file("bad.db"), "search");
        QFile bad(file("bad.db"));
        QVERIFY(bad.open(QFile::ReadWrite));
        if (contents.isEmpty()) {
            bad.seek(60); // where SQLite keeps user_version, most significant byte first
            bad.write(QByteArray::fromHex("000003e7"));
        } else {
            bad.write(contents);
        }
        bad.close();

        Workbench bench(file("bad.db"));
        bench.window().show();
        QTRY_VERIFY(find<QWidget>(bench, "notice")->isVisible());
        const QString text = find<QLabel>(bench, "noticeText")->text();
        QVERIFY2(text.startsWith(file("bad.db")) && text.contains(says), qPrintable(text));
        auto* button = find<QPushButton>(bench, "noticeAction");
        QCOMPARE(button->text(), QStringLiteral("Choose another store…"));
        QTest::mouseClick(button, Qt::LeftButton);
        choose(bench, file("good.db"));
        QTRY_COMPARE(bench.client().storeFile(), file("good.db"));
        QTRY_COMPARE(experiments(bench), QStringList{QStringLiteral("search")});
        QVERIFY(bench.window().isVisible());
        QVERIFY(!find<QWidget>(bench, "notice")->isVisible());
    }

    void anotherStoreIsChosenByKeyAndMayBeNew()
    {
        makeStore(file("good.db"), "search");
        Workbench bench(file("good.db"));
        bench.window().show();
        QVERIFY(QTest::qWaitForWindowActive(&bench.window()));
        QTRY_COMPARE(experiments(bench).size(), 1);
        QTest::keyClick(&bench.window(), Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
        choose(bench, file("new.db"));
        QTRY_COMPARE(bench.client().storeFile(), file("new.db"));
        QTRY_VERIFY(find<QPushButton>(bench, "openExample")->isVisible());
        QVERIFY(QFile::exists(file("new.db")));
    }

    void aReadOnlyStoreIsShown()
    {
        QDir().mkdir(file("home"));
        makeStore(file("home/store.db"), "search");
        const ReadOnlyMount mounted(file("home").toStdString(), file("seen").toStdString());
        if (!mounted.works())
            QSKIP("needs the right to mount (root)");
        const QString reason = QStringLiteral("cannot be written: read-only file system");
        Workbench bench(file("seen/store.db"));
        bench.window().show();
        QTRY_COMPARE(experiments(bench), QStringList{QStringLiteral("search")});
        auto* state = find<QLabel>(bench, "storeState");
        QVERIFY(state->isVisible());
        QCOMPARE(state->text(), QStringLiteral("read-only"));
        QVERIFY2(state->toolTip().contains(reason), qPrintable(state->toolTip()));
        for (const char* name :
             {"newExperiment", "openFile", "attach", "start", "pause", "stop", "retryFailed", "remove"}) {
            const auto* action = find<QAction>(bench, name);
            QVERIFY2(!action->isEnabled(), name);
            QVERIFY2(action->toolTip().contains(reason), name);
        }
        QVERIFY(find<QAction>(bench, "openStore")->isEnabled());
        QVERIFY(find<QWidget>(bench, "design")->findChild<YamlEditor*>()->isReadOnly());
        QVERIFY(!find<QWidget>(bench, "notice")->isVisible());
    }

    void whatWritesIsRefusedOnAReadOnlyStore()
    {
        QDir().mkdir(file("home"));
        makeStore(file("home/store.db"), "search");
        const ReadOnlyMount mounted(file("home").toStdString(), file("seen").toStdString());
        if (!mounted.works())
            QSKIP("needs the right to mount (root)");
        StoreClient client(file("seen/store.db"));
        const QSignalSpy failed(&client, &StoreClient::failed);
        const auto done = [&] { // all that was asked before
            bool answered = false;
            client.query<bool>(
                this, [](Database&) { return true; }, [&](bool answer) { answered = answer; });
            return QTest::qWaitFor([&] { return answered; });
        };
        client.watch(1, 0);
        QVERIFY(done());
        QCOMPARE(failed.size(), 0);
        client.send(1, {Command::Kind::Pause});
        client.setReady(1);
        client.saveText(1, QStringLiteral("search"), QStringLiteral("name: other"));
        client.query<bool>(
            this,
            [](Database& database) {
                Experiments(database).remove(1);
                return true;
            },
            [](bool) { QFAIL("removed"); });
        QVERIFY(done());
        QCOMPARE(failed.size(), 4);
        for (const QList<QVariant>& told : failed)
            QVERIFY2(told[0].toString().startsWith(
                         QStringLiteral("the store %1 cannot be written: read-only file system; ")
                             .arg(client.storeFile())),
                     qPrintable(told[0].toString()));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestWorkbench)
#include "tst_workbench.moc"
