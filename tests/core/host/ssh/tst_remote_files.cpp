// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/remote_files.h"

#include "core/host/checksum.h"
#include "core/host/local_host.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;

/// The scripts for a host, run by the shell of this one.
class TestRemoteFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// As where the link is lost on the way.
    void aHalfUploadIsNotTaken()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("in/it's")).toStdString();
        const std::string contents(1'000'000, 'x');
        LocalHost host;
        host.writeFile(folder.filePath(QStringLiteral("whole")).toStdString(), contents);
        const std::string sum = sha256Of(host, folder.filePath(QStringLiteral("whole")).toStdString());
        const std::string script = uploadScript(path, sum, false);
        const QDir in(folder.filePath(QStringLiteral("in")));

        QCOMPARE(host.run(script, 20s, contents.substr(1)).exitCode, notWhatWasSent);
        QVERIFY(in.exists() && in.isEmpty());
        QCOMPARE(host.run(script, 20s, contents).exitCode, 0);
        QCOMPARE(sha256Of(host, path), sum);
        QCOMPARE(host.run(script, 20s, contents + 'x').exitCode, notWhatWasSent);
        QCOMPARE(sha256Of(host, path), sum);
        QCOMPARE(in.entryList(QDir::Files).size(), 1);
    }
};

QTEST_APPLESS_MAIN(TestRemoteFiles)
#include "tst_remote_files.moc"
