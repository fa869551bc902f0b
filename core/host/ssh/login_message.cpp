// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/login_message.h"

#include <nlohmann/json.hpp>

#include <array>
#include <stdexcept>
#include <utility>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;
using Kind = SecretQuestion::Kind;

constexpr std::array<std::pair<Kind, const char*>, 3> kindNames{
    {{Kind::Passphrase, "passphrase"}, {Kind::Password, "password"}, {Kind::KeyboardInteractive, "code"}}};

const char* nameOf(Kind kind)
{
    for (const auto& [candidate, name] : kindNames)
        if (candidate == kind)
            return name;
    return "";
}

Json toJson(const HostKeyQuestion& question)
{
    return {{"ask", "host key"},
            {"host", question.host},
            {"type", question.keyType},
            {"fingerprint", question.fingerprint}};
}

Json toJson(const SecretQuestion& question)
{
    return {{"ask", nameOf(question.kind)},        {"host", question.host}, {"prompt", question.prompt},
            {"instruction", question.instruction}, {"echo", question.echo}, {"again", question.again}};
}

Json toJson(const LoggedIn& message)
{
    return {{"in", message.host}};
}

LoginMessage messageOf(const Json& object)
{
    const auto text = [&object](const char* key) { return object.at(key).get<std::string>(); };
    if (object.contains("in"))
        return LoggedIn{text("in")};
    const std::string what = text("ask");
    if (what == "host key")
        return HostKeyQuestion{
            .host = text("host"), .keyType = text("type"), .fingerprint = text("fingerprint")};
    for (const auto& [kind, name] : kindNames)
        if (what == name)
            return SecretQuestion{.kind = kind,
                                  .host = text("host"),
                                  .prompt = text("prompt"),
                                  .instruction = text("instruction"),
                                  .echo = object.at("echo").get<bool>(),
                                  .again = object.at("again").get<bool>()};
    throw std::invalid_argument("a login asks for what is not known here");
}

/// The library's own errors quote what they could not read, which may be a secret.
template <class Read>
auto quietly(std::string_view line, Read read)
{
    try {
        return read(Json::parse(line));
    } catch (const Json::exception&) {
    }
    throw std::invalid_argument("a line of a login cannot be read");
}

std::string line(const Json& object)
{
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace

std::string loginLine(const LoginMessage& message)
{
    return line(std::visit([](const auto& what) { return toJson(what); }, message));
}

LoginMessage readLoginLine(std::string_view text)
{
    return quietly(text, messageOf);
}

std::string answerLine(const LoginAnswer& answer)
{
    return line({{"answer", answer ? Json(*answer) : Json()}});
}

LoginAnswer readAnswerLine(std::string_view text)
{
    return quietly(text, [](Json object) -> LoginAnswer {
        Json& answer = object.at("answer");
        if (answer.is_null())
            return std::nullopt;
        return std::move(answer.get_ref<std::string&>());
    });
}

} // namespace widthwise
