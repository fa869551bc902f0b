// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop keeps its store whatever else in its process opens the store's files.
#include "core/store/trials.h"
#include "tests/core/store/kernel_locks.h"
#include "tests/ui/ui_test.h"
#include "ui/all_pages.h"
#include "ui/feed/store_client.h"
#include "ui/shell/main_window.h"

#include <QAction>
#include <QDirIterator>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileIconProvider>
#include <QFileSystemModel>
#include <QLabel>
#include <QMimeData>
#include <QMimeDatabase>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

const QStringList parts{QString(), QStringLiteral("-wal"), QStringLiteral("-shm")};

/// The desktop as app/desktop makes it: it alone has the store open in this process.
struct Desktop {
    explicit Desktop(const QString& store) : client(store), window(client)
    {
        addAllPages(window, client);
        window.show();
    }
    StoreClient client;
    MainWindow window;
};

bool isLocked(const std::string& file, const char* byte)
{
    return std::ranges::any_of(test::locksOn(file), [&](const test::KernelLock& lock) {
        return lock.kind == "OFDLCK" && lock.mode == "READ" && lock.first == byte;
    });
}

/// Whether a connection has the two locks that keep others from deleting its log: SQLite's SHARED_FIRST and
/// the index's dead man's switch.
bool isLocked(const QString& store)
{
    return isLocked(store.toStdString(), "1073741826") && isLocked(store.toStdString() + "-shm", "128");
}

/// The files that SQLite has open under a name that was deleted.
QStringList deletedFiles()
{
    QStringList files;
    for (QDirIterator each(QStringLiteral("/proc/self/fd"), QDir::System); each.hasNext();) {
        std::error_code gone; // the descriptor that lists
        const auto file = std::filesystem::read_symlink(each.next().toStdString(), gone).string();
        if (file.find("shared.db") != std::string::npos && file.find("(deleted)") != std::string::npos)
            files.append(QString::fromStdString(file));
    }
    return files;
}

QString yaml(const QString& name)
{
    return QStringLiteral("name: %1\n"
                          "objective: {metric: loss, direction: minimize}\n"
                          "trial:\n"
                          "  command: |-\n"
                          "    echo '{{\"step\":1,\"metrics\":{{\"loss\":'{x}'}}}}' >> metrics.jsonl\n"
                          "space:\n"
                          "  x: {type: float, low: 0, high: 1}\n"
                          "search: {algorithm: random}\n"
                          "budget: {trials: 3}\n")
        .arg(name);
}

} // namespace

class TestSharedStore : public UiTest {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_store = m_folder.filePath(QStringLiteral("shared.db"));

    QString write(const QString& name)
    {
        QFile file(m_folder.filePath(name + QStringLiteral(".yaml")));
        file.open(QIODevice::WriteOnly);
        file.write(yaml(name).toUtf8());
        return file.fileName();
    }

    /// A search by a driver that ends, and with it closes the store.
    void run(const QString& name)
    {
        QProcess driver;
        driver.setProcessChannelMode(QProcess::ForwardedChannels);
        driver.start(qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwisectl"),
                     {QStringLiteral("run"), write(name), QStringLiteral("--store"), m_store});
        QVERIFY(driver.waitForFinished(60'000));
        QCOMPARE(driver.exitCode(), 0);
    }

    /// Looks into the store's folder, until all of its files are listed with their icons.
    void lookInto(QFileDialog* dialog)
    {
        QVERIFY(dialog != nullptr);
        dialog->setNameFilter(QStringLiteral("All files (*)"));
        dialog->setDirectory(m_folder.path());
        auto* listed = dialog->findChild<QFileSystemModel*>();
        QVERIFY(listed != nullptr);
        for (const QString& part : parts)
            QTRY_VERIFY(listed->index(m_store + part).isValid());
        dialog->reject();
    }

    void sniff()
    {
        for (const QString& part : parts) {
            const QFileInfo file(m_store + part);
            QMimeDatabase().mimeTypeForFile(file, QMimeDatabase::MatchContent);
            QFileIconProvider().icon(file);
            QFile opened(file.filePath());
            QVERIFY(opened.open(QIODevice::ReadOnly));
            opened.peek(100);
        }
    }

    static void drop(MainWindow& window, const QString& file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window, &enter);
        QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window, &event);
    }

    QStringList trialsByExperiment()
    {
        QStringList trials;
        Database database(m_store.toStdString());
        for (const ExperimentRecord& record : Experiments(database).all())
            trials.append(QStringLiteral("%1: %2")
                              .arg(QString::fromStdString(record.name))
                              .arg(Trials(database).all(record.id).size()));
        return trials;
    }

private Q_SLOTS:
    void nothingElseThatOpensItTakesItsLocks();
    void experimentsOfOneAndAnotherStayApart();
};

void TestSharedStore::nothingElseThatOpensItTakesItsLocks()
{
    run(QStringLiteral("first"));
    Desktop desktop(m_store);
    QTRY_VERIFY(desktop.window.currentExperiment() != 0);
    QTRY_VERIFY(isLocked(m_store));

    desktop.window.findChild<QAction*>(QStringLiteral("openFile"))->trigger();
    lookInto(desktop.window.findChild<QFileDialog*>());
    QTRY_COMPARE(desktop.window.findChild<QFileDialog*>(), nullptr);
    QVERIFY(isLocked(m_store));

    int dialogs = 0;
    for (auto* button : desktop.window.findChildren<QPushButton*>()) {
        if (!button->text().startsWith(QStringLiteral("&Save")))
            continue;
        QTRY_VERIFY(button->isEnabled());
        button->click();
        lookInto(desktop.window.findChild<QFileDialog*>());
        QTRY_COMPARE(desktop.window.findChild<QFileDialog*>(), nullptr);
        QVERIFY(isLocked(m_store));
        ++dialogs;
    }
    QCOMPARE(dialogs, 3); // of the Export page and of both views of the Compare page

    sniff();
    QVERIFY(isLocked(m_store));
    drop(desktop.window, write(QStringLiteral("draft")));
    QTRY_VERIFY(desktop.window.windowTitle().startsWith(QStringLiteral("draft")));
    const auto* said = desktop.window.findChild<QLabel*>(QStringLiteral("noticeText"));
    for (const QString& part : parts) {
        drop(desktop.window, m_store + part);
        QVERIFY(said->text().contains(m_store + part + QStringLiteral(": it is not a text")));
    }
    QVERIFY(isLocked(m_store));
    desktop.window.openOnStart(m_store, false);
    QVERIFY(isLocked(m_store));
    QCOMPARE(trialsByExperiment(), (QStringList{QStringLiteral("first: 3"), QStringLiteral("draft: 0")}));
}

void TestSharedStore::experimentsOfOneAndAnotherStayApart()
{
    Desktop desktop(m_store);
    QTRY_VERIFY(desktop.window.currentExperiment() != 0);
    desktop.window.findChild<QAction*>(QStringLiteral("openFile"))->trigger();
    lookInto(desktop.window.findChild<QFileDialog*>());
    sniff();
    run(QStringLiteral("second"));
    QCOMPARE(deletedFiles(), QStringList());
    drop(desktop.window, write(QStringLiteral("another")));
    QTRY_VERIFY(desktop.window.windowTitle().startsWith(QStringLiteral("another")));
    run(QStringLiteral("third"));
    QCOMPARE(deletedFiles(), QStringList());
    QCOMPARE(trialsByExperiment(),
             (QStringList{QStringLiteral("first: 3"), QStringLiteral("draft: 0"), QStringLiteral("second: 3"),
                          QStringLiteral("another: 0"), QStringLiteral("third: 3")}));
    QProcess check;
    check.start(QStringLiteral(FOREIGN_PROGRAM), {m_store, QStringLiteral("PRAGMA integrity_check")});
    check.closeWriteChannel();
    QVERIFY(check.waitForFinished());
    QCOMPARE(check.readAll(), QByteArray("ok\ndone\n"));
}

WIDTHWISE_UI_TEST_MAIN(TestSharedStore)
#include "tst_shared_store.moc"
