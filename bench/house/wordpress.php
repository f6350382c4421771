<?php
// Sets WordPress up and fills it through its own functions. Arguments: the folder, the address, the file of posts,
// the slug of the post that is read. Prints the paths and the cookie that the bench asks for, as JSON.
[, $folder, $address, $file, $slug] = $argv;
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url($address, PHP_URL_HOST) . ':' . parse_url($address, PHP_URL_PORT);
$_SERVER['REQUEST_URI'] = '/';
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('Bench', 'owner', 'owner@example.invalid', true, '', 'not-a-secret');
switch_theme('twentytwentyone');
update_option('permalink_structure', '/%year%/%monthnum%/%day%/%postname%/');
update_option('posts_per_page', 20);
update_option('posts_per_rss', 20);
wp_delete_post(1, true);
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules();

kses_remove_filters();
wp_defer_term_counting(true);
wp_defer_comment_counting(true);
$found = 0;
foreach (json_decode(file_get_contents($file), true) as $post) {
    $number = wp_insert_post(wp_slash([
        'post_title' => $post['title'], 'post_name' => $post['slug'], 'post_content' => $post['html'],
        'post_status' => 'publish', 'post_author' => 1, 'post_date' => $post['date'],
        'post_category' => array_map('wp_create_category', $post['categories']), 'tags_input' => $post['tags'],
    ]));
    foreach ($post['comments'] as $comment) {
        wp_insert_comment(wp_slash([
            'comment_post_ID' => $number, 'comment_author' => $comment['author'], 'comment_author_email' => $comment['mail'],
            'comment_content' => $comment['text'], 'comment_date' => $comment['date'], 'comment_approved' => 1,
        ]));
    }
    if ($post['slug'] === $slug) {
        $found = $number;
    }
}
wp_defer_term_counting(false);
wp_defer_comment_counting(false);
$until = time() + 86400;
$token = WP_Session_Tokens::get_instance(1)->create($until);
$cookie = 'wordpress_logged_in_' . md5($address) . '=' . rawurlencode(wp_generate_auth_cookie(1, $until, 'logged_in', $token));
echo json_encode([
    'version' => get_bloginfo('version'), 'posts' => (int) wp_count_posts()->publish,
    'post' => wp_parse_url(get_permalink($found), PHP_URL_PATH), 'cookie' => $cookie,
]);
