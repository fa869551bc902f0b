// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/configuration.h"

#include <QTest>

#include <stdexcept>

using namespace widthwise;

class TestConfiguration : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void setReplacesOrAppends()
    {
        Configuration configuration;
        configuration.set("width", std::int64_t(64));
        configuration.set("lr", 0.1);
        configuration.set("width", std::int64_t(128));
        QCOMPARE(configuration.entries().size(), std::size_t(2));
        QCOMPARE(*configuration.find("width"), Value(std::int64_t(128)));
        QVERIFY(!configuration.find("depth"));
    }

    void jsonKeepsOrderAndTypes()
    {
        const Configuration configuration({{"max_lr", 0.001},
                                           {"width", std::int64_t(64)},
                                           {"one", 1.0},
                                           {"nesterov", true},
                                           {"optimizer", std::string("a\"d\\am\n\u00b5")},
                                           {"least", std::int64_t(INT64_MIN)}});
        const std::string json = toJson(configuration);
        QVERIFY(json.starts_with(R"({"max_lr":0.001,"width":64,"one":1.0,"nesterov":true)"));
        QCOMPARE(configurationFromJson(json), configuration);
        QCOMPARE(toJson(Configuration()), std::string("{}"));
    }

    void wrongJsonIsRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("truncated") << QByteArray("{\"a\":1") << QByteArray("column");
        QTest::newRow("empty") << QByteArray("") << QByteArray("column");
        QTest::newRow("not an object") << QByteArray("[1]") << QByteArray("array");
        QTest::newRow("null value") << QByteArray("{\"a\":null}") << QByteArray("a: expected");
        QTest::newRow("large integer") << QByteArray("{\"a\":9223372036854775808}")
                                       << QByteArray("a: 9223372036854775808 is greater than 2^63 - 1");
        QTest::newRow("nested value") << QByteArray("{\"a\":{}}") << QByteArray("object");
    }
    void wrongJsonIsRefused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, expected);
        try {
            configurationFromJson(json.toStdString());
            QFAIL("accepted");
        } catch (const std::invalid_argument& error) {
            QVERIFY2(QByteArray(error.what()).contains(expected), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestConfiguration)
#include "tst_configuration.moc"
