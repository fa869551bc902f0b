// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/system/home_directory.h"

#include <QTest>

#include <pwd.h>
#include <unistd.h>

using namespace widthwise;

class TestHomeDirectory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isWhatTheEnvironmentSays()
    {
        qputenv("HOME", "/home/ada");
        QCOMPARE(homeDirectory(), std::string("/home/ada"));
    }

    void isElseWhatTheDatabaseOfAccountsSays()
    {
        const passwd* account = getpwuid(geteuid());
        if (account == nullptr)
            QSKIP("this user has no account");
        const std::string home = account->pw_dir;
        QVERIFY(home.starts_with('/'));
        qunsetenv("HOME");
        QCOMPARE(homeDirectory(), home);
        for (const char* useless : {"", "relative"}) {
            qputenv("HOME", useless);
            QCOMPARE(homeDirectory(), home);
        }
    }
};

QTEST_APPLESS_MAIN(TestHomeDirectory)
#include "tst_home_directory.moc"
