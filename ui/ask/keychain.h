// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <optional>

namespace widthwise::ui {

/// The system's keychain (Secret Service, KWallet), where a person wanted a passphrase or a password to be
/// kept. Nothing waits for it: answers come when they come, while this object lives.
class Keychain : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    struct Finding {
        bool answers = false; ///< there is a keychain, and it may be used
        std::optional<QString> secret = {};
    };
    void find(const QString& key, std::function<void(const Finding&)> receive);
    void keep(const QString& key, const QString& secret);
    /// Tells afterwards whether there is a keychain.
    void remove(const QString& key, std::function<void(const Finding&)> receive);

Q_SIGNALS:
    /// What was to be kept is not. One sentence for a person.
    void failed(const QString& message);
};

} // namespace widthwise::ui
