// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/detached_process.h"
#include "core/host/host.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace widthwise;

class TestDetachedProcess : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hasASessionAndWhatItInherits()
    {
        const QTemporaryDir folder;
        const std::string errors = folder.filePath(QStringLiteral("errors")).toStdString();
        int ends[2] = {-1, -1};
        QCOMPARE(pipe2(ends, O_CLOEXEC), 0);
        const pid_t pid = startDetached(
            {.program = "/bin/sh",
             .arguments = {"named", "-c", "echo $0 $(cut -d' ' -f6 /proc/$$/stat) $(cat) >&3; echo oops >&2"},
             .errors = errors,
             .inherited = ends[1]});
        close(ends[1]);
        char text[100] = {};
        QVERIFY(read(ends[0], text, sizeof text - 1) > 0);
        close(ends[0]);
        QCOMPARE(std::string(text), "named " + std::to_string(pid) + "\n");
        QCOMPARE(waitpid(pid, nullptr, 0), pid);
        QFile file(QString::fromStdString(errors));
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("oops\n"));
    }

    void saysWhatCannotBeStarted()
    {
        QVERIFY_THROWS_EXCEPTION(HostError, startDetached({.program = "/none", .arguments = {"none"}}));
    }
};

QTEST_GUILESS_MAIN(TestDetachedProcess)
#include "tst_detached_process.moc"
